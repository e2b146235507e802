-- Content addresses computed by the database itself: SHA-256 over RFC 8785 canonical JSON, digit for digit what
-- golden_assets.domain.core.hashing computes.

CREATE FUNCTION golden_assets.sha256_hex(content text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN encode(sha256(convert_to(content, 'UTF8')), 'hex');

COMMENT ON FUNCTION golden_assets.sha256_hex(text) IS 'SHA-256 of the UTF-8 bytes, 64 hex digits';

-- JSON numbers as ECMAScript prints them (RFC 8785, 3.2.2.3). The digits that were stored are kept unless the shortest form of the
-- same double has fewer: PostgreSQL prints 1e23 as 9.999999999999999e+22, ECMAScript does not.
CREATE FUNCTION golden_assets.canonical_number(number numeric) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
SET extra_float_digits = 1
AS $$
DECLARE
    shortest numeric := number::double precision::text::numeric;
    plain text := trim_scale(abs(number))::text;
    digits text := trim(BOTH '0' FROM replace(plain, '.', ''));
    exponent integer;
    sign text := CASE WHEN number < 0 THEN '-' ELSE '' END;
BEGIN
    IF length(trim(BOTH '0' FROM replace(trim_scale(abs(shortest))::text, '.', ''))) < length(digits) THEN
        RETURN golden_assets.canonical_number(shortest);
    END IF;
    IF number = 0 THEN
        RETURN '0';
    END IF;
    IF abs(number) >= 1e-6 AND abs(number) < 1e21 THEN
        RETURN sign || plain;
    END IF;
    exponent := CASE WHEN abs(number) >= 1 THEN length(split_part(plain, '.', 1)) - 1
                     ELSE length(ltrim(split_part(plain, '.', 2), '0')) - length(split_part(plain, '.', 2)) - 1 END;
    RETURN sign || left(digits, 1) || CASE WHEN length(digits) > 1 THEN '.' || substr(digits, 2) ELSE '' END
        || 'e' || CASE WHEN exponent > 0 THEN '+' ELSE '' END || exponent;
END;
$$;

COMMENT ON FUNCTION golden_assets.canonical_number(numeric) IS 'A JSON number as RFC 8785 writes it';

-- Keys are ordered by their UTF-16 code units (RFC 8785, 3.2.3). That is the order of the UTF-8 bytes, except that characters beyond the
-- basic plane (first byte F0 to F4) stand before those whose first byte is EE or EF: these two bytes are moved behind them.
CREATE FUNCTION golden_assets.utf16_order(key text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN translate(convert_from(convert_to(key, 'UTF8'), 'LATIN1'), chr(238) || chr(239), chr(245) || chr(246));

COMMENT ON FUNCTION golden_assets.utf16_order(text) IS 'Sorts under collation "C" like the UTF-16 code units of the key';

CREATE FUNCTION golden_assets.canonical_json(value jsonb) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
AS $$
BEGIN
    CASE jsonb_typeof(value)
        WHEN 'object' THEN
            RETURN '{' || coalesce((
                SELECT string_agg(to_json(e.key)::text || ':' || golden_assets.canonical_json(e.value), ','
                                  ORDER BY golden_assets.utf16_order(e.key) COLLATE "C")
                FROM jsonb_each(value) AS e), '') || '}';
        WHEN 'array' THEN
            RETURN '[' || coalesce((
                SELECT string_agg(golden_assets.canonical_json(e.value), ',' ORDER BY e.ordinality)
                FROM jsonb_array_elements(value) WITH ORDINALITY AS e), '') || ']';
        WHEN 'number' THEN
            RETURN golden_assets.canonical_number(value::numeric);
        ELSE
            RETURN value::text;
    END CASE;
END;
$$;

COMMENT ON FUNCTION golden_assets.canonical_json(jsonb) IS 'RFC 8785 canonical JSON';
