"""A published release is frozen in the database itself.

Running cases are pinned to the release they were begun with. A bug or a shell session must not be
able to change what was promised, so the rule lives below Django: the only thing that may still be
written is the day a release ends, once.
"""

from django.db import migrations

FREEZE = """
create function catalog_release_is_frozen() returns trigger language plpgsql as $$
begin
    if old.published_at is null then
        return case when tg_op = 'DELETE' then old else new end;
    end if;
    if tg_op = 'DELETE' then
        raise exception 'a published release is never deleted (release %)', old.id
            using errcode = 'insufficient_privilege';
    end if;
    if old.in_force_to is not null and new.in_force_to is distinct from old.in_force_to then
        raise exception 'the end of release % is already set', old.id
            using errcode = 'insufficient_privilege';
    end if;
    if (to_jsonb(new) - 'in_force_to') is distinct from (to_jsonb(old) - 'in_force_to') then
        raise exception 'release % is published and cannot be changed', old.id
            using errcode = 'insufficient_privilege';
    end if;
    return new;
end;
$$;

create trigger catalog_release_is_frozen
    before update or delete on catalog_release
    for each row execute function catalog_release_is_frozen();
"""

THAW = """
drop trigger catalog_release_is_frozen on catalog_release;
drop function catalog_release_is_frozen();
"""


class Migration(migrations.Migration):
    dependencies = [("catalog", "0001_initial")]

    operations = [migrations.RunSQL(sql=FREEZE, reverse_sql=THAW)]
