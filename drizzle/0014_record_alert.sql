-- What `src/records/record-alert.ts` asks for. Functions are replaced by a later migration, with the same arguments: while
-- it deploys, instances of both versions ask.

-- Whether the carrier asked for fewer requests to a contact of late (https://www.twilio.com/docs/api/errors/20429). What it
-- said of the delivery `asking` itself does not count.
CREATE FUNCTION "contact_is_resting"(contact uuid, rest_ms double precision, asking uuid) RETURNS boolean
LANGUAGE sql STABLE AS $$
  select exists (
    select 1 from deliveries refused
    where refused.contact_id = contact and refused.id is distinct from asking
      and refused.status = 'pending' and refused.error_code = '20429'
      and refused.updated_at > now() - rest_ms * interval '1 millisecond'
  )
$$;
--> statement-breakpoint
-- Writes an alert, its deliveries and its trail, unless one of `steps` is known of the call; what is due of the deliveries
-- is written as claimed by `worker`, `limit` of them at most. Returns the alert that the call has then, whether it was
-- written now, and what was claimed. Times are ISO 8601 as they come and milliseconds as they go.
CREATE FUNCTION "record_alert"(told jsonb) RETURNS jsonb
LANGUAGE plpgsql AS $$
declare
  new_id constant uuid := told ->> 'alertId';
  sid constant text := told #>> '{call,callSid}';
  owner_id constant uuid := told #>> '{call,userId}';
  worker constant text := told #>> '{call,instanceId}';
  raised constant timestamptz := told ->> 'raisedAt';
  began constant timestamptz := date_trunc('milliseconds', now()); -- what the columns hold: rounded up, it were not yet due
  known_id uuid;
  claimed jsonb;
begin
  -- The call's row and the deciding analysis may not have been written behind yet: in this order, as they are there.
  insert into active_calls (call_sid, user_id, from_number, to_number, status, instance_id, started_at, heartbeat_at)
  select call."callSid", call."userId", call."fromNumber", call."toNumber", call.status, call."instanceId", call."startedAt",
    now() + (told ->> 'streamDueMs')::float8 * interval '1 millisecond'
  from jsonb_to_record(told -> 'call') as call("callSid" text, "userId" uuid, "fromNumber" text, "toNumber" text,
    status text, "instanceId" text, "startedAt" timestamptz)
  on conflict do nothing;
  -- Two steps of a call do not overtake each other. The call's own row is busy with the record that is written behind.
  perform pg_advisory_xact_lock(hashtextextended(sid, 0));
  select id into known_id from alerts
  where call_id = sid and told -> 'steps' ? step
  limit 1;
  if known_id is not null then
    return jsonb_build_object('alertId', known_id, 'isWritten', false, 'claimed', '[]'::jsonb);
  end if;
  -- So that one who agrees at this moment finds the alert, or is found.
  perform from emergency_contacts where user_id = owner_id for share;
  insert into fraud_analyses (id, call_id, finder, risk, score, scam_type, because, summary, policy_version,
    prompt_version, weights_version, basis, at_ms)
  select analysis.id, sid, analysis.finder, analysis.risk, analysis.score, analysis."scamType", analysis.because,
    analysis.summary, analysis."policyVersion", analysis."promptVersion", analysis."weightsVersion", analysis.basis,
    analysis."atMs"
  from jsonb_to_record(told -> 'analysis') as analysis(id uuid, finder text, risk text, score integer, "scamType" text,
    because text[], summary text, "policyVersion" text, "promptVersion" text, "weightsVersion" text, basis jsonb,
    "atMs" integer)
  on conflict do nothing;
  insert into alerts (id, call_id, fraud_analysis_id, step, scam_type, message, spoken_at, decided_at, raised_at)
  values (new_id, sid, (told #>> '{analysis,id}')::uuid, told ->> 'step', told #>> '{analysis,scamType}',
    told #>> '{messages,sms}', (told ->> 'spokenAt')::timestamptz, (told ->> 'decidedAt')::timestamptz, raised);
  insert into alert_events (call_id, alert_id, type, by, detail) values (sid, new_id, 'raised', worker, told ->> 'step');
  with contacts as (
    select contact.id, contact.phone_number, owner.name, owner.line_number, owner.voice_after_s,
      coalesce(owner.contacts_after_s, 0) as gap_s,
      row_number() over (order by contact.created_at, contact.id) - 1 as place,
      count(*) over () as number,
      contact_is_resting(contact.id, (told ->> 'restMs')::float8, null) as is_resting
    from emergency_contacts contact join users owner on owner.id = contact.user_id
    where contact.user_id = owner_id and contact.status = 'active'
  ), planned as (
    -- The first contact gets the text at once, each of the others `gap_s` after the one before; after the last text they
    -- are called, at the same distances. A text may have left already, under the name that is given.
    select contacts.*, coalesce((told -> 'textIds' ->> id::text)::uuid, gen_random_uuid()) as delivery_id,
      'sms' as channel, place * gap_s as after_s
    from contacts
    union all
    select contacts.*, gen_random_uuid(), 'voice', (number - 1 + place) * gap_s + voice_after_s
    from contacts where voice_after_s is not null
  ), chosen as (
    select planned.*, began + after_s * interval '1 second' as scheduled,
      after_s = 0 and not is_resting and coalesce(
        row_number() over (partition by after_s = 0 and not is_resting order by place)
          <= (told #>> '{claim,limit}')::integer, false) as is_claimed
    from planned
  ), written as (
    insert into deliveries (id, alert_id, contact_id, channel, message, scheduled_at, status, attempts, due_at, leased_by)
    select delivery_id, new_id, id, channel, told -> 'messages' ->> channel, scheduled,
      case when is_claimed then 'sending' else 'pending' end, is_claimed::integer,
      case when is_claimed then now() + (told #>> '{claim,leaseMs}')::float8 * interval '1 millisecond' else scheduled end,
      case when is_claimed then worker end
    from chosen
  ), trail as (
    insert into alert_events (call_id, alert_id, type, by, delivery_id, contact_id, channel)
    select sid, new_id, 'attempted', worker, delivery_id, id, channel from chosen where is_claimed
    order by place
  )
  select jsonb_agg(jsonb_build_object('deliveryId', delivery_id, 'contactId', id, 'channel', channel, 'to', phone_number,
    'line', line_number, 'userName', name) order by place) into claimed
  from chosen where is_claimed;
  return jsonb_build_object('alertId', new_id, 'isWritten', true, 'claimed', coalesce(claimed, '[]'::jsonb),
    'scheduledAt', extract(epoch from began) * 1000, 'ageMs', greatest(0, extract(epoch from now() - raised) * 1000));
end
$$;
