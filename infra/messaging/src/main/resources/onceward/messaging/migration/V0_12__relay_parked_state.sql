-- The state of a parked message by its name. The edges between the states: infra/docs/state-machines.md.
--
-- The server derives the state from the columns that say who did what and when, for rows of every age and of every relay. A relay of
-- an older version may run beside a new one: it does not know the column, goes on writing the others, and its rows have a state as
-- well. All that older versions write fits the check. A new relay stops with parking-missing until this migration has run, and then
-- goes on by itself. The server writes the table anew; relays that use it wait meanwhile, or fail and try again.
alter table relay_parked add column state text not null generated always as (
    case
      when unreadable then 'UNREADABLE'
      when ended_at is not null and discarded_by is not null then 'DISCARDED'
      when ended_at is not null then 'RELEASED'
      when discarded_by is not null and release_asked_at is not null then 'DISCARD_REQUESTED'
      when discarded_by is not null then 'DISCARD_PENDING'
      when release_asked_at is not null then 'RELEASE_REQUESTED'
      when quarantined_by is not null then 'QUARANTINED'
      else 'WAITING'
    end) stored
  constraint relay_parked_fits_its_state check (
    (release_asked_by is null) = (release_asked_at is null)
    and case state
          when 'UNREADABLE' then num_nonnulls(aggregatetype, aggregateid, type, payload, release_asked_at) = 0
                                 and num_nulls(quarantined_by, discarded_by, ended_at) = 0
          when 'RELEASED' then num_nulls(aggregatetype, aggregateid, type, quarantined_by) = 0 and payload is null
          when 'DISCARDED' then num_nulls(aggregatetype, aggregateid, type) = 0
          else num_nulls(aggregatetype, aggregateid, type, payload) = 0
        end);

-- Rows that need a relay or an operator. The indexes relay_parked_quarantined, relay_parked_released and relay_parked_discarded
-- stay for relays of older versions.
create index relay_parked_by_state on relay_parked (slot, state) where state <> 'WAITING' and state <> 'RELEASED';
