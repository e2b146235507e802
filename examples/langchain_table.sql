-- Documents as langchain-postgres stores them (PGVectorStore): golden_assets reads the id, the content and the metadata, never the vectors.
-- Your table is there already; its vectors are of the type that pgvector brings.
CREATE TABLE handbook (
    langchain_id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    content text NOT NULL,
    embedding real[] NOT NULL,
    langchain_metadata json
);
INSERT INTO handbook (content, embedding, langchain_metadata) VALUES
    ('The Ferry Nordstern carries 120 passengers and 30 bicycles. The Ferry Nordstern leaves the northern pier twice a day. '
     'Bicycles travel on the lower deck because the stairs are steep. Tickets cost four crowns for adults.',
     '{0.1}', '{"title": "The ferry"}'),
    ('The Halden Bakery kneads every dough for twelve minutes. The Halden Bakery sells 300 loaves on a Saturday. '
     'The loaf rests in a linen basket overnight. Rye flour needs more water because it swells slowly.',
     '{0.2}', '{"title": "The bakery"}'),
    ('The keeper of the Marne Canal opens the sluice with an iron wheel. The Marne Canal freezes because it is shallow. '
     'The lock raises boats by five metres. Boats wait in the basin until the ice has gone.',
     '{0.3}', '{"title": "The canal"}');
