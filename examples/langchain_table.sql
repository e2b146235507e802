-- Documents as langchain-postgres stores them (PGVectorStore): golden_assets reads the id, the content and the metadata, never the vectors.
-- Your table is there already; its vectors are of the type that pgvector brings.
CREATE TABLE handbook (
    langchain_id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    content text NOT NULL,
    embedding real[] NOT NULL,
    langchain_metadata json
);
INSERT INTO handbook (content, embedding, langchain_metadata) VALUES
    ('The ferry leaves the northern pier at nine because the tide is low before. The captain closes the gate two minutes early. '
     'Bicycles travel on the lower deck because the stairs are steep. Tickets cost four crowns for adults.',
     '{0.1}', '{"title": "The ferry"}'),
    ('The baker kneads the dough for twelve minutes. The loaf rests in a linen basket overnight. '
     'Rye flour needs more water because it swells slowly. A hot stone gives the bread its colour.',
     '{0.2}', '{"title": "The bakery"}'),
    ('The lock raises boats by five metres. The keeper opens the sluice with an iron wheel. '
     'The canal freezes in January because it is shallow. Boats wait in the basin until the ice has gone.',
     '{0.3}', '{"title": "The canal"}');
