-- What the exceptions say, where messaging.dead-letters.keep-stack-trace allows to keep it: it may quote the payload.
alter table dead_letter
  add column stack_trace text
    constraint dead_letter_stack_trace_is_bounded check (length(stack_trace) <= 8000);
