package onceward.messaging.deadletter;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;

/**
 * What a dead letter keeps of a failure, and what operators may do with its payload.
 *
 * @param keepStackTrace whether it keeps the words and the stack of the exceptions, at most 8,000
 *     characters, besides their kinds and the place. They may quote the payload: for development,
 *     and for payloads that hold nothing personal and no secret
 * @param showPayload whether operators may read payloads and write them to an archive; the audit
 *     keeps who did
 * @param allowEdit whether operators may replace the payload of a letter before they retry it. The
 *     effect then differs from what the topic says, and from that at other consumers
 */
@ConfigurationProperties("messaging.dead-letters")
public record DeadLetterConfiguration(
    @Bindable(defaultValue = "false") boolean keepStackTrace,
    @Bindable(defaultValue = "false") boolean showPayload,
    @Bindable(defaultValue = "false") boolean allowEdit) {}
