/**
 * What any outbox and any inbox must do, as JUnit suites that their implementers extend. Start at
 * {@link onceward.messaging.testkit.conformance.OutboxConformance}.
 */
@NullMarked
package onceward.messaging.testkit.conformance;

import org.jspecify.annotations.NullMarked;
