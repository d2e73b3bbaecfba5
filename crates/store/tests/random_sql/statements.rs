//! Statements at random, over whatever tables there are: what an attacker who knows the schema, and some ids of the
//! other company, would let a machine try.
//!
//! Reads are pure: the same rows give the same answer, whatever the plan (aggregates and limits are ordered, nothing
//! tells the time). So a read whose answer changes when the other company's rows change has seen them.

use fastrand::Rng;
use sqlx::PgPool;

/// A table and its columns, each with its type.
pub(crate) struct Table {
    name: String,
    columns: Vec<(String, String)>,
}

/// What the attacker knows.
pub(crate) struct Knowledge {
    tables: Vec<Table>,
    /// Calls of the functions that the application may call, with literals for arguments.
    calls: Vec<String>,
    /// Ids of the other company.
    ids: Vec<String>,
}

impl Knowledge {
    /// Read from the catalogue as it is, so that a new table is attacked on the day it comes.
    pub(crate) async fn of(pool: &PgPool, ids: Vec<String>) -> Self {
        let columns: Vec<(String, String, String)> = sqlx::query_as(
            "select n.nspname || '.' || c.relname, a.attname::text, format_type(a.atttypid, null)
             from pg_class c join pg_namespace n on n.oid = c.relnamespace
             join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
             where n.nspname in ('safeshipper', 'guard') and c.relkind in ('r', 'p', 'v')
               and has_table_privilege('safeshipper_app', c.oid, 'select')
               and has_column_privilege('safeshipper_app', c.oid, a.attnum, 'select')
             order by 1, a.attnum",
        )
        .fetch_all(pool)
        .await
        .unwrap();
        let mut tables: Vec<Table> = Vec::new();
        for (table, column, kind) in columns {
            match tables.last_mut().filter(|last| last.name == table) {
                Some(last) => last.columns.push((column, kind)),
                None => tables.push(Table {
                    name: table,
                    columns: vec![(column, kind)],
                }),
            }
        }
        let functions: Vec<(String, Vec<String>)> = sqlx::query_as(
            "select 'guard.' || p.proname, array(select format_type(t, null) from unnest(p.proargtypes) t)
             from pg_proc p where p.pronamespace = 'guard'::regnamespace and p.prorettype <> 'trigger'::regtype
             order by p.oid",
        )
        .fetch_all(pool)
        .await
        .unwrap();
        let mut knowledge = Self {
            tables,
            calls: Vec::new(),
            ids,
        };
        let mut rng = Rng::with_seed(1);
        knowledge.calls = functions
            .iter()
            .flat_map(|(name, arguments)| {
                (0..4)
                    .map(|_| {
                        let values: Vec<_> = arguments
                            .iter()
                            .map(|kind| format!("{}::{kind}", knowledge.literal(&mut rng, kind)))
                            .collect();
                        format!("{name}({})", values.join(", "))
                    })
                    .collect::<Vec<_>>()
            })
            .collect();
        knowledge
    }

    /// How many tables there are to read.
    pub(crate) fn tables(&self) -> usize {
        self.tables.len()
    }

    /// A pure read.
    pub(crate) fn read(&self, rng: &mut Rng) -> String {
        let table = self.table(rng);
        let (t, c) = (&table.name, self.column(rng, table, "a"));
        let when = self.condition(rng, table, "a", 3);
        match rng.u8(..12) {
            0 => format!("select {c} from {t} a where {when} order by 1"),
            1 => format!("select count(*), min({c}::text), max({c}::text) from {t} a where {when}"),
            2 => format!("select string_agg({c}::text, ',' order by {c}::text) from {t} a where {when}"),
            3 => format!("select {c}, count(*) from {t} a where {when} group by 1 order by 1, 2 limit 5"),
            4 => {
                let (other, on) = self.joined(rng, table);
                let kind = pick(rng, &["join", "left join", "full join", "right join", "cross join"]);
                let on = if *kind == "cross join" { String::new() } else { format!("on {on}") };
                format!(
                    "select {c}::text, {}::text from {t} a {kind} {} b {on} where {when} order by 1, 2 limit 50",
                    self.column(rng, other, "b"),
                    other.name
                )
            }
            5 => {
                let other = self.table(rng);
                let operation = pick(rng, &["union", "union all", "intersect", "except"]);
                format!(
                    "select {c}::text from {t} a where {when} {operation} select {}::text from {} b order by 1",
                    self.column(rng, other, "b"),
                    other.name
                )
            }
            6 => format!(
                "with w as materialized (select a.*, row_number() over (order by {c}::text) as place from {t} a)
                 select place, w::text from w order by 1 limit 20"
            ),
            7 => format!("select exists(select 1 from {t} a where a.company_id = {} or {when})", self.id(rng)),
            8 => format!(
                "select a::text, to_jsonb(a)::text from {t} a where {when} order by 1 limit 20"
            ),
            // What runs before the policy would tell of rows by failing.
            9 => format!(
                "select count(*) from {t} a where {} and ({c}::text::{}) is not null",
                self.condition(rng, table, "a", 1),
                pick(rng, &["int", "uuid", "date", "jsonb", "inet", "bytea"])
            ),
            10 => format!(
                "select query_to_xml('select count(*) from {t} where company_id = {}', true, true, '')::text",
                self.id(rng).replace('\'', "''")
            ),
            _ => {
                let other = self.table(rng);
                format!(
                    "select a.company_id, l.n from {t} a, lateral (select count(*) as n from {} b where {}) l
                     where {when} order by 1, 2 limit 20",
                    other.name,
                    self.condition(rng, other, "b", 2)
                )
            }
        }
    }

    /// Something that changes, calls or asks for what it should not.
    pub(crate) fn act(&self, rng: &mut Rng) -> String {
        let table = self.table(rng);
        let (t, when) = (&table.name, self.condition(rng, table, "a", 2));
        let (column, kind) = &table.columns[rng.usize(..table.columns.len())];
        let value = self.literal(rng, kind);
        match rng.u8(..16) {
            0 | 1 => format!("update {t} a set {column} = {value} where {when} returning a::text"),
            2 => format!("update {t} a set {column} = b.{column} from {t} b where {when} returning b::text"),
            3 => format!("delete from {t} a where {when} returning a::text"),
            4 | 5 => {
                let columns: Vec<_> = table.columns.iter().map(|(name, _)| name.as_str()).collect();
                let values: Vec<_> = table
                    .columns
                    .iter()
                    .map(|(name, kind)| match rng.u8(..3) {
                        0 => self.literal(rng, kind),
                        _ => name.clone(),
                    })
                    .collect();
                let conflict = pick(
                    rng,
                    &["", "on conflict do nothing", "on conflict (company_id, id) do update set id = excluded.id"],
                );
                format!(
                    "insert into {t} ({}) select {} from {t} a where {when} {conflict} returning 1",
                    columns.join(", "),
                    values.join(", ")
                )
            }
            6 => format!(
                "merge into {t} a using (select {} as c) x on a.company_id = x.c
                 when matched then update set {column} = {value} when not matched then do nothing",
                self.id(rng)
            ),
            7 | 8 => format!("select {}::text", pick(rng, &self.calls)),
            9 => format!(
                "do $$ declare r record; begin for r in select * from {t} a where {when} loop
                 raise notice '%', r; end loop; exception when others then raise exception '% %', sqlstate, sqlerrm; end $$"
            ),
            10 => format!(
                "select set_config('safeshipper.context', {} || '/' || {} || '/' || {} || '/' || split_part(current_setting(
                     'safeshipper.context'), '/', 4), true); select a::text from {t} a",
                self.id(rng),
                self.id(rng),
                self.id(rng)
            ),
            11 => format!(
                "{}; select a::text from {t} a where {when}",
                pick(
                    rng,
                    &[
                        "set local row_security = off",
                        "set local role safeshipper_guard",
                        "set local role safeshipper_owner",
                        "set local session_replication_role = replica",
                        "set local search_path = guard, pg_temp",
                        "set local safeshipper.context = ''",
                        "reset all",
                    ],
                )
            ),
            12 => format!("declare c cursor with hold for select a::text from {t} a where {when}; fetch all from c"),
            13 => format!("explain (verbose, costs off) select {column} from {t} a where {when}"),
            14 => {
                let catalogue = pick(
                    rng,
                    &[
                        "pg_stats",
                        "pg_stats_ext_exprs",
                        "pg_statistic",
                        "pg_stat_activity",
                        "pg_settings",
                        "pg_authid",
                        "pg_prepared_statements",
                        "pg_cursors",
                        "pg_largeobject",
                        "guard.context_key",
                        "safeshipper.passwords",
                        "safeshipper.notices",
                    ],
                );
                format!("select c::text from {catalogue} c")
            }
            _ => format!(
                "{} {}",
                pick(
                    rng,
                    &[
                        "alter table",
                        "drop table",
                        "truncate",
                        "lock table",
                        "create policy p on",
                        "comment on table",
                        "analyze",
                        "create index on",
                        "create temp table x as table",
                        "create view safeshipper.v as table",
                        "grant select on",
                    ],
                ),
                t
            ),
        }
    }

    fn table(&self, rng: &mut Rng) -> &Table {
        &self.tables[rng.usize(..self.tables.len())]
    }

    fn column(&self, rng: &mut Rng, table: &Table, alias: &str) -> String {
        let (name, _) = &table.columns[rng.usize(..table.columns.len())];
        format!("{alias}.{name}")
    }

    /// Another table and what a row of both has in common.
    fn joined(&self, rng: &mut Rng, table: &Table) -> (&Table, String) {
        let other = self.table(rng);
        let pairs: Vec<_> = table
            .columns
            .iter()
            .flat_map(|(mine, kind)| {
                let same = other.columns.iter().filter(move |(_, theirs)| theirs == kind);
                same.map(move |(theirs, _)| format!("a.{mine} = b.{theirs}"))
            })
            .collect();
        let on = if pairs.is_empty() {
            "true".to_owned()
        } else {
            pick(rng, &pairs).clone()
        };
        (other, on)
    }

    fn id(&self, rng: &mut Rng) -> String {
        format!("'{}'", pick(rng, &self.ids))
    }

    /// A literal for a type, an id of the other company where it can be one.
    fn literal(&self, rng: &mut Rng, kind: &str) -> String {
        match kind {
            "uuid" => self.id(rng),
            "text" => pick(
                rng,
                &[
                    "'x'",
                    "''",
                    "'ADMIN'",
                    "'active'",
                    "'granted'",
                    "'a reason of some length'",
                ],
            )
            .to_string(),
            "boolean" => pick(rng, &["true", "false"]).to_string(),
            "bytea" => pick(rng, &["'\\x00'", "decode(repeat('00', 32), 'hex')"]).to_string(),
            "integer" | "bigint" | "smallint" => pick(rng, &["0", "1", "-1", "2147483647"]).to_string(),
            "jsonb" => pick(rng, &["'{}'", "'[]'"]).to_string(),
            "text[]" => pick(rng, &["'{}'", "'{us}'"]).to_string(),
            "timestamp with time zone" => pick(rng, &["'2026-01-01'", "'infinity'"]).to_string(),
            "interval" => "'1 hour'".to_owned(),
            "inet" => "'127.0.0.1'".to_owned(),
            _ => "null".to_owned(),
        }
    }

    fn condition(&self, rng: &mut Rng, table: &Table, alias: &str, depth: u8) -> String {
        if depth > 0 {
            match rng.u8(..6) {
                0 => {
                    let (left, right) = (
                        self.condition(rng, table, alias, depth - 1),
                        self.condition(rng, table, alias, depth - 1),
                    );
                    return format!("({left} {} {right})", pick(rng, &["and", "or"]));
                }
                1 => return format!("not ({})", self.condition(rng, table, alias, depth - 1)),
                2 => {
                    let other = self.table(rng);
                    let inner = self.condition(rng, other, "c", depth - 1);
                    return format!("exists (select 1 from {} c where {inner})", other.name);
                }
                _ => {}
            }
        }
        let (name, kind) = &table.columns[rng.usize(..table.columns.len())];
        let value = self.literal(rng, kind);
        match rng.u8(..6) {
            0 => format!("{alias}.company_id = {}", self.id(rng)),
            1 => format!("{alias}.{name} is not distinct from {value}"),
            2 => format!(
                "{alias}.{name}::text like '%{}%'",
                pick(rng, &["a", "e", "-", "SS", "0"])
            ),
            3 => format!("length({alias}.{name}::text) > {}", rng.u8(..40)),
            4 => "true".to_owned(),
            _ => format!("{alias}.company_id <> guard.company()"),
        }
    }
}

fn pick<'a, T>(rng: &mut Rng, of: &'a [T]) -> &'a T {
    &of[rng.usize(..of.len())]
}
