-- The statements of `record_alert` need no plan for each value: they are planned once for each connection, not anew for the
-- first five alerts (https://www.postgresql.org/docs/current/runtime-config-query.html#GUC-PLAN-CACHE-MODE). Whoever
-- replaces the function says it again.
ALTER FUNCTION "record_alert"(jsonb) SET plan_cache_mode TO force_generic_plan;
