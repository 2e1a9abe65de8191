package onceward.messaging.deadletter;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;

/**
 * What a dead letter keeps of a failure.
 *
 * @param keepStackTrace whether it keeps the words and the stack of the exceptions, at most 8,000
 *     characters, besides their kinds and the place. They may quote the payload: for development,
 *     and for payloads that hold nothing personal and no secret
 */
@ConfigurationProperties("messaging.dead-letters")
record DeadLetterConfiguration(@Bindable(defaultValue = "false") boolean keepStackTrace) {}
