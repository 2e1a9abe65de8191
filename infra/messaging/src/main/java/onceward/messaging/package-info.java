/**
 * What a message is, and how it looks on Kafka. Start at {@link onceward.messaging.Message}.
 *
 * <p>The two ends are {@code outbox} (append a message in your transaction) and {@code
 * subscription} (handle a message in a transaction, once). Everything here is immutable.
 *
 * <p>A program that only reads messages leaves out what the library needs to run a service. It has
 * none of the beans of this package and of those in it.
 */
@Configuration
@Requires(classes = TransactionOperations.class)
@NullMarked
package onceward.messaging;

import io.micronaut.context.annotation.Configuration;
import io.micronaut.context.annotation.Requires;
import io.micronaut.transaction.TransactionOperations;
import org.jspecify.annotations.NullMarked;
