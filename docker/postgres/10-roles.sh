#!/bin/sh
# Makes the portal's three roles and its database when the server's data folder is new.
# The same roles as portal/engine/roles.py makes; a test compares the two.
set -eu
: "${PORTAL_OWNER_PASSWORD:?the password of portal_owner}"
: "${PORTAL_APP_PASSWORD:?the password of portal_app}"
: "${PORTAL_SEALER_PASSWORD:?the password of portal_sealer}"

psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres <<'SQL'
\getenv owner_password PORTAL_OWNER_PASSWORD
\getenv app_password PORTAL_APP_PASSWORD
\getenv sealer_password PORTAL_SEALER_PASSWORD
create role portal_owner login inherit nosuperuser nocreatedb nocreaterole noreplication
  nobypassrls password :'owner_password';
create role portal_app login inherit nosuperuser nocreatedb nocreaterole noreplication
  nobypassrls password :'app_password';
create role portal_sealer login inherit nosuperuser nocreatedb nocreaterole noreplication
  nobypassrls password :'sealer_password';
alter role portal_app set idle_in_transaction_session_timeout = '60s';
alter role portal_app set statement_timeout = '30s';
alter role portal_app set lock_timeout = '10s';
alter role portal_app set max_parallel_workers_per_gather = '0';
alter role portal_app set jit = 'off';
alter role portal_app set track_activities = 'off';
create database portal owner portal_owner;
\connect portal
alter schema public owner to portal_owner;
SQL
