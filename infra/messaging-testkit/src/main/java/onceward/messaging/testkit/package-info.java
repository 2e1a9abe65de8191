/**
 * Real PostgreSQL and Kafka for tests of services that use the library. Start at {@link
 * onceward.messaging.testkit.MessagingTest}.
 */
@NullMarked
package onceward.messaging.testkit;

import org.jspecify.annotations.NullMarked;
