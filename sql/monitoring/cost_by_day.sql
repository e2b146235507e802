-- What generating cost in the last 30 days, in US dollars.
SELECT date(m.created_at) AS day, count(*) AS generations, sum(m.generation_cost) AS total_cost, avg(m.generation_cost) AS average_cost
FROM golden_assets.golden_testset_metadata AS m
WHERE m.created_at > now() - interval '30 days'
GROUP BY day
ORDER BY day DESC;
