"""What keeps the trail and the gate, as the database has it now.

Facts come from the system catalogues, which every role may read. A fact is a kind, the thing, and
what is said of it in a few parts; parts are written so that PostgreSQL 15 and later say the same.
"""

from collections.abc import Mapping

from django.db import connection, transaction

Facts = Mapping[str, Mapping[str, list[str]]]

ROLES = ("portal_app", "portal_owner", "portal_sealer")

# Names are written as the search path finds them, so it is said what it is. How long it may take
# is said here too: a lock that somebody holds is waited for by what writes an expression out, and
# the daily check has no limit of its own.
LOCKED, LASTS = "2s", "15s"
PLAINLY = (
    "set local search_path = public; set local quote_all_identifiers = off;"
    f" set local lock_timeout = '{LOCKED}'; set local statement_timeout = '{LASTS}'"
)

# The owner may make databases where tests run; it owns everything in this one anyway.
# How PostgreSQL writes the role 0, which stands for everybody.
_EVERYBODY = "unknown (OID=0)"

_QUESTIONS = {
    "table": """
select c.relname, array[
    'owner ' || pg_get_userbyid(c.relowner),
    case when c.relpersistence = 'u' then 'not logged' else 'logged' end,
    'row security ' || case when c.relrowsecurity then 'on' else 'off' end,
    case when c.relforcerowsecurity then 'for the owner too' else 'not for the owner' end]
    || case when exists (select from pg_trigger t where t.tgrelid = c.oid and t.tgisinternal
                            and t.tgenabled <> 'O')
            then array['foreign keys not enforced'] else '{}' end
    || array(select 'rule ' || r.rulename from pg_rewrite r
              where r.ev_class = c.oid and r.rulename <> '_RETURN' order by 1)
  from pg_class c where c.relnamespace = 'public'::regnamespace
   and c.relkind in ('r', 'p', 'v', 'm', 'f')
""",
    "column": """
select a.attname || ' of ' || c.relname, array[format_type(a.atttypid, a.atttypmod),
    case when a.attnotnull then 'never empty' else 'may be empty' end]
    || case when a.attidentity <> '' then array['numbered, ' || a.attidentity::text] else '{}' end
    || case when a.attgenerated <> '' then array['made, ' || a.attgenerated::text] else '{}' end
    || case when d.adbin is null then '{}' else array['else ' || pg_get_expr(d.adbin, d.adrelid)]
       end
    || array(select 'in the order of ' || o.collname from pg_collation o
              where o.oid = a.attcollation and a.attcollation <> t.typcollation)
  from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_type t on t.oid = a.atttypid
  left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
 where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
   and a.attnum > 0 and not a.attisdropped
""",
    "policy": """
select p.polname || ' of ' || c.relname, array[
    case when p.polpermissive then 'permissive' else 'restrictive' end,
    case p.polcmd when '*' then 'for everything' when 'r' then 'for select'
         when 'a' then 'for insert' when 'w' then 'for update' else 'for delete' end,
    'to ' || array_to_string(array(select pg_get_userbyid(one)
                                     from unnest(p.polroles) one order by 1), ', '),
    'rows ' || coalesce(pg_get_expr(p.polqual, p.polrelid), 'all'),
    'new rows ' || coalesce(pg_get_expr(p.polwithcheck, p.polrelid), 'as the others')]
  from pg_policy p join pg_class c on c.oid = p.polrelid
 where c.relnamespace = 'public'::regnamespace
""",
    "trigger": """
select t.tgname || ' of ' || c.relname, array[
    case t.tgenabled when 'O' then 'on' when 'A' then 'on in every session'
         when 'R' then 'on in replication only' else 'off' end,
    regexp_replace(pg_get_triggerdef(t.oid), '^CREATE (CONSTRAINT )?TRIGGER \\S+ ', '')]
  from pg_trigger t join pg_class c on c.oid = t.tgrelid
 where not t.tgisinternal and c.relnamespace = 'public'::regnamespace
""",
    "constraint": """
select o.conname || ' of ' || c.relname,
       array[replace(pg_get_constraintdef(o.oid), ' NOT VALID', '')]
  from pg_constraint o join pg_class c on c.oid = o.conrelid
 where o.contype in ('c', 'f', 'u', 'p', 'x') and c.relnamespace = 'public'::regnamespace
""",
    "function": """
select p.proname || '(' || pg_get_function_identity_arguments(p.oid) || ')', array[
    'owner ' || pg_get_userbyid(p.proowner),
    case when p.prosecdef then 'with the owner''s rights' else 'with the caller''s rights' end,
    'returns ' || coalesce(pg_get_function_result(p.oid), 'nothing'),
    'in ' || l.lanname || ', ' || p.provolatile::text
          || case when p.proisstrict then ', strict' else '' end
          || case when p.proleakproof then ', leakproof' else '' end,
    'body ' || encode(sha256(convert_to(coalesce(p.prosqlbody::text, p.prosrc), 'UTF8')), 'hex')]
    || array(select 'set ' || one from unnest(p.proconfig) one order by 1)
    || array(select 'called by ' || pg_get_userbyid(a.grantee)
               from aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a
              where a.grantee <> p.proowner order by 1)
  from pg_proc p join pg_language l on l.oid = p.prolang
 where p.pronamespace = 'public'::regnamespace
""",
    "sequence": """
select c.relname, array['owner ' || pg_get_userbyid(c.relowner)]
  from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind = 'S'
""",
    "rights": """
select x.who || ' on ' || x.what, array_agg(x.kind order by x.kind) from (
  select pg_get_userbyid(a.grantee) who, c.relname what,
         lower(a.privilege_type)
           || case when a.is_grantable then ' and may give it' else '' end kind,
         c.relowner owner, a.grantee
    from pg_class c, aclexplode(c.relacl) a where c.relnamespace = 'public'::regnamespace
  union all
  select pg_get_userbyid(a.grantee), c.relname,
         lower(a.privilege_type) || ' of ' || t.attname, c.relowner, a.grantee
    from pg_class c join pg_attribute t on t.attrelid = c.oid, aclexplode(t.attacl) a
   where c.relnamespace = 'public'::regnamespace
  union all
  select pg_get_userbyid(a.grantee), 'the schema',
         lower(a.privilege_type), n.nspowner, a.grantee
    from pg_namespace n, aclexplode(n.nspacl) a where n.nspname = 'public'
  union all
  select pg_get_userbyid(a.grantee), 'the database',
         lower(a.privilege_type), d.datdba, a.grantee
    from pg_database d, aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) a
   where d.datname = current_database()
  union all
  select pg_get_userbyid(a.grantee),
         'what ' || pg_get_userbyid(f.defaclrole) || ' makes anew ('
           || case f.defaclobjtype when 'r' then 'tables' when 'S' then 'sequences'
                   when 'f' then 'functions' else f.defaclobjtype::text end || ')',
         lower(a.privilege_type), f.defaclrole, a.grantee
    from pg_default_acl f, aclexplode(f.defaclacl) a) x
 where x.grantee <> x.owner group by 1
""",
    "role": """
select r.rolname, array[
    case when r.rolcanlogin then 'signs in' else 'does not sign in' end,
    case when r.rolinherit then 'inherits' else 'does not inherit' end]
    || array(select one from (values (r.rolsuper, 'superuser'), (r.rolcreaterole, 'makes roles'),
       (r.rolcreatedb and r.rolname <> 'portal_owner', 'makes databases'),
       (r.rolreplication, 'replicates'),
       (r.rolbypassrls, 'is not bound by row security'), (r.rolconnlimit <> -1, 'few connections'))
       as it(is_so, one) where is_so)
    || array(select 'is a member of ' || pg_get_userbyid(m.roleid) from pg_auth_members m
              where m.member = r.oid order by 1)
    || array(select 'has the member ' || pg_get_userbyid(m.member) from pg_auth_members m
              where m.roleid = r.oid order by 1)
  from pg_roles r where r.rolname = any(%(roles)s)
""",
    "setting": """
select split_part(one, '=', 1) || ' of ' || pg_get_userbyid(s.setrole)
         || case when s.setdatabase = 0 then '' else ' in this database' end,
       array[substr(one, strpos(one, '=') + 1)]
  from pg_db_role_setting s
  left join pg_roles r on r.oid = s.setrole
  left join pg_database d on d.oid = s.setdatabase, unnest(s.setconfig) one
 where (s.setrole = 0 or r.rolname = any(%(roles)s))
   and (s.setdatabase = 0 or d.datname = current_database())
""",
    # Names without a schema are looked for first in one called like the role that asks: tables
    # there would be read in place of ours, by a check too.
    "schema": """
select n.nspname, array['owner ' || pg_get_userbyid(n.nspowner)]
  from pg_namespace n where n.nspname = any(%(roles)s)
""",
    "operator": """
select o.oid::regoperator::text, array[o.oprcode::text]
  from pg_operator o where o.oprnamespace = 'public'::regnamespace
""",
    "type": """
select t.typname, array[t.typtype::text]
  from pg_type t left join pg_class c on c.oid = t.typrelid
 where t.typnamespace = 'public'::regnamespace and t.typcategory <> 'A'
   and (c.oid is null or c.relkind = 'c')
""",
    "event trigger": "select evtname, array[evtenabled::text] from pg_event_trigger",
}


def read_facts() -> dict[str, dict[str, list[str]]]:
    """Everything that is looked at, by kind and thing. A few dozen milliseconds.

    OperationalError where a lock is held too long or the catalogues answer too slowly. What is set
    for the reading is taken back with it, also within somebody else's transaction.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(PLAINLY)
        facts: dict[str, dict[str, list[str]]] = {}
        for kind, question in _QUESTIONS.items():
            cursor.execute(question, {"roles": list(ROLES)})
            facts[kind] = {
                _in_words(thing): [_in_words(part) for part in parts]
                for thing, parts in sorted(cursor.fetchall())
            }
        transaction.set_rollback(True)
    return facts


def _in_words(said: str) -> str:
    return said.replace(_EVERYBODY, "everybody")
