package onceward.messaging.offsets;

/**
 * A partition that a consumer does not read, because records of it are gone.
 *
 * @param loss the records that are gone
 * @param accepted whether an operator has decided to go on without them
 */
public record Stop(Loss loss, boolean accepted) {}
