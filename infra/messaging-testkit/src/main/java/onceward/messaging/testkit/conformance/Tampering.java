package onceward.messaging.testkit.conformance;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/**
 * A way to change or delete what an outbox holds.
 *
 * @param how for the report, e.g. the SQL
 * @param attempt must throw
 * @param refusal what its exception must say, so that one that fails for another reason is noticed
 */
public record Tampering(String how, ThrowingCallable attempt, String refusal) {}
