-- As before, but of no kind of row without an end: a sweep after an evening without one would take too long and be cut off.
-- What nobody looks after any more. Marks users and seats whose connections died with their instance; forgets users who
-- were lost for p_grace; answers the calls that should end: past their end, or with somebody away for p_grace.
-- One sweep at a time, and at most p_limit rows of a kind (of the dead ones, which are only deleted, ten times as many):
-- a second one answers nothing, the rest is for the next.
-- Rows are locked first (nobody waits for a sweep, and it for no connection or seat) and judged again under the lock:
-- whoever came back in between is not lost.
create or replace function sweep_lost(p_grace interval, p_limit int) returns table (call_id uuid, reason text) language plpgsql as $$
#variable_conflict use_column
declare
    v_users uuid[];
    v_connections text[];
begin
    if not pg_try_advisory_xact_lock(hashtextextended('sweep_lost', 0)) then
        return;
    end if;
    -- Joins, not open_connection() for each row: that would be most of a sweep's cost.
    select array_agg(l.connection_id) into v_connections from (
        select c.connection_id from connection c
        where c.closed_at is null and not exists (
            select 1 from instance i
            where i.instance_id = c.instance_id and i.generation = c.generation and i.expires_at > clock_timestamp())
        order by c.connection_id limit p_limit for update skip locked) l;
    update connection c set closed_at = clock_timestamp() where c.connection_id = any (v_connections) and c.closed_at is null;
    select array_agg(l.user_id) into v_users from (
        select p.user_id from presence p
        where p.lost_at is null and not exists (
            select 1 from connection c join instance i on i.instance_id = c.instance_id and i.generation = c.generation
            where c.user_id = p.user_id and c.closed_at is null and i.expires_at > clock_timestamp())
        order by p.user_id limit p_limit for update skip locked) l;
    update presence p set lost_at = clock_timestamp()
        where p.user_id = any (v_users) and p.lost_at is null and open_connection(p.user_id, null) is null;
    select array_agg(l.user_id) into v_users from (
        select p.user_id from presence p where p.lost_at < clock_timestamp() - p_grace
        order by p.user_id limit p_limit for update skip locked) l;
    perform 1 from ticket t where t.user_id = any (v_users) order by t.user_id for update;
    delete from ticket t where t.user_id = any (v_users);
    delete from presence p where p.user_id = any (v_users);
    delete from connection c where c.connection_id in (
        select d.connection_id from connection d where d.closed_at < clock_timestamp() - interval '60 s'
        order by d.closed_at limit 10 * p_limit for update skip locked);
    delete from instance i where i.instance_id in (
        select d.instance_id from instance d where d.expires_at < clock_timestamp() - interval '1 hour'
        limit 10 * p_limit for update skip locked);
    -- Rang out on an instance that died before it could say so.
    update invite n set outcome = 'expired', ended_at = clock_timestamp() where n.invite_id in (
        select d.invite_id from invite d where d.outcome is null and d.expires_at < clock_timestamp() - interval '1 minute'
        limit p_limit for update skip locked);
    delete from invite n where n.invite_id in (
        select d.invite_id from invite d where d.outcome is not null and d.ended_at < clock_timestamp() - interval '5 minutes'
        order by d.ended_at limit 10 * p_limit for update skip locked);
    select array_agg(l.user_id) into v_users from (
        select s.user_id from seat s
        where s.away_since is null and not exists (
            select 1 from connection c join instance i on i.instance_id = c.instance_id and i.generation = c.generation
            where c.connection_id = s.connection_id and c.closed_at is null and i.expires_at > clock_timestamp())
        order by s.user_id limit p_limit for update skip locked) l;
    update seat s set away_since = clock_timestamp()
        where s.user_id = any (v_users) and s.away_since is null
            and (s.connection_id is null or open_connection(s.user_id, s.connection_id) is distinct from s.connection_id);
    return query
        select c.call_id, 'time_up' from call c where c.ended_at is null and c.ends_at < clock_timestamp() - interval '5 s'
        union
        select s.call_id, 'partner_lost' from seat s join call c using (call_id)
        where s.away_since < clock_timestamp() - p_grace - interval '5 s' and c.ends_at >= clock_timestamp() - interval '5 s'
        limit p_limit;
end $$;
