import { CHANGE_TYPES } from '../../change.ts'
import { FIGURES, HOUR_MS } from '../figures.ts'
import { LOCK, LOCKS, NUMBERS_PER_APPEND } from './locks.ts'

/** What is summed up of the rows of an hour, in the order of `FIGURES`. */
export const SUMS: readonly string[] = [
  ...CHANGE_TYPES.flatMap((_, type) =>
    [0, 1].map((bot) => `count(*) FILTER (WHERE type = ${type} AND bot = ${bot})`),
  ),
  'coalesce(sum(greatest(new_bytes - coalesce(old_bytes, 0), 0)), 0)',
  'coalesce(sum(greatest(coalesce(old_bytes, 0) - new_bytes, 0)), 0)',
].map((sum) => `(${sum})::bigint`)

const sumsOf = (rows: string) => FIGURES.map((name) => `sum(${rows}.${name})::bigint`).join(', ')

/**
 * Stores a batch in one call: one round trip, one transaction.
 *
 * Writers meet in one order everywhere, so that they wait for each other and never in a circle: first the ids, sorted;
 * then the row of `totals`, which whoever comes later gets after the commit; and only behind that whatever else two
 * may write to. What costs most, the rows themselves, comes before it: there writers do not wait for each other.
 *
 * Nested loops are off: how many elements an array has is not known when the plan is made.
 */
export const APPEND = `
  CREATE FUNCTION append(
    p_source integer, p_position text,
    p_ids uuid[], p_ats bigint[], p_sites bigint[],
    p_type bigint[], p_namespace bigint[], p_bot bigint[], p_minor bigint[], p_patrolled bigint[], p_rcid bigint[],
    p_old_bytes bigint[], p_new_bytes bigint[], p_old_revision bigint[], p_new_revision bigint[], p_delay bigint[],
    p_title text[], p_comment text[], p_user text[], p_url text[], p_log text[],
    p_digests bytea[], p_reasons text[], p_raws text[], p_now bigint,
    p_gap_from bigint[], p_gap_to bigint[], p_gap_state text[], p_gap_reason text[],
    OUT added bigint, OUT expired bigint, OUT buried bytea[]
  ) LANGUAGE plpgsql SET enable_nestloop = off AS $$
  #variable_conflict use_column
  DECLARE
    v_horizon bigint;
    v_first bigint;
    v_ats bigint[];
    v_sums rollups[];
    v_last bigint;
  BEGIN
    added := 0;
    expired := 0;
    IF cardinality(p_ids) > 0 THEN
      PERFORM pg_advisory_xact_lock_shared(${LOCKS}, ${LOCK.horizon});
      SELECT horizon INTO v_horizon FROM retention;
      SELECT count(*) INTO expired FROM unnest(p_ats) AS given (at) WHERE at < v_horizon;
      v_first := nextval('appends') * ${NUMBERS_PER_APPEND};
      WITH given AS MATERIALIZED (
        SELECT * FROM unnest(
          p_ids, p_ats, p_sites, p_type, p_namespace, p_bot, p_minor, p_patrolled, p_rcid, p_old_bytes,
          p_new_bytes, p_old_revision, p_new_revision, p_delay, p_title, p_comment, p_user, p_url, p_log
        ) WITH ORDINALITY AS given (
          id, at, site, type, namespace, bot, minor, patrolled, rcid, old_bytes,
          new_bytes, old_revision, new_revision, delay, title, comment, "user", url, log, i
        ) WHERE at >= v_horizon
      ), firsts AS MATERIALIZED (
        SELECT DISTINCT ON (id) id, i FROM given ORDER BY id, i
      ), fresh AS (
        INSERT INTO ids (id) SELECT id FROM firsts ORDER BY id ON CONFLICT DO NOTHING RETURNING id
      ), numbered AS (
        SELECT id, i, row_number() OVER (ORDER BY i) AS place FROM fresh JOIN firsts USING (id)
      ), stored AS (
        INSERT INTO changes (
          at, n, id, source, site, type, bot, minor, patrolled, namespace, rcid,
          old_bytes, new_bytes, old_revision, new_revision, delay, title, comment, "user", url, log
        )
        SELECT at, v_first + place - 1, given.id, p_source, site, type, bot, minor, patrolled, namespace, rcid,
          old_bytes, new_bytes, old_revision, new_revision, delay, title, comment, "user", url, log
        FROM numbered JOIN given USING (i) ORDER BY place
        RETURNING at, n, site, type, bot, old_bytes, new_bytes
      ), sums AS (
        SELECT site, at / ${HOUR_MS} AS hour, ${SUMS.map((sum, i) => `${sum} AS ${FIGURES[i]}`).join(', ')}
        FROM stored GROUP BY site, at / ${HOUR_MS}
      )
      SELECT (SELECT array_agg(at ORDER BY n) FROM stored),
        (SELECT array_agg(ROW(site, hour, ${FIGURES})::rollups) FROM sums)
      INTO v_ats, v_sums;
      added := coalesce(cardinality(v_ats), 0);
    END IF;

    UPDATE totals SET changes = changes + added, arrived = arrived + added RETURNING arrived INTO v_last;

    IF added > 0 THEN
      INSERT INTO arrivals (last, first_n, until, ats)
      VALUES (v_last, v_first, (SELECT max(at) FROM unnest(v_ats) AS stored (at)), v_ats);

      INSERT INTO rollups AS kept
      SELECT site, hour, ${FIGURES} FROM unnest(v_sums) AS sums
      UNION ALL
      SELECT 0, hour, ${sumsOf('sums')} FROM unnest(v_sums) AS sums GROUP BY hour
      ON CONFLICT (site, hour) DO UPDATE SET
        ${FIGURES.map((name) => `${name} = kept.${name} + excluded.${name}`).join(', ')};
    END IF;

    WITH fresh AS (
      INSERT INTO dead_letters (digest, source, at, reason, raw)
      SELECT digest, p_source, p_now, reason, raw
      FROM unnest(p_digests, p_reasons, p_raws) WITH ORDINALITY AS given (digest, reason, raw, i) ORDER BY i
      ON CONFLICT DO NOTHING RETURNING digest
    )
    SELECT array_agg(digest) INTO buried FROM fresh;

    INSERT INTO gaps (source, "from", "to", state, reason)
    SELECT p_source, "from", "to", state, reason
    FROM unnest(p_gap_from, p_gap_to, p_gap_state, p_gap_reason) AS given ("from", "to", state, reason)
    ON CONFLICT (source, "from") DO UPDATE
    SET "to" = excluded."to", state = excluded.state, reason = excluded.reason;

    IF p_position IS NOT NULL THEN
      UPDATE sources SET position = p_position WHERE id = p_source;
    END IF;
  END $$;
`
