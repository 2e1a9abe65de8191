-- A letter whose content lies in a file of an operator, and may come back.
alter table dead_letter drop constraint dead_letter_state_is_known;
alter table dead_letter add constraint dead_letter_state_is_known check (state in ('open', 'handled', 'discarded', 'archived'));
