/**
 * Read models: tables that are made from messages alone, and can be made anew while they answer.
 * Start at {@link onceward.messaging.readmodel.ReadModel}.
 */
@NullMarked
package onceward.messaging.readmodel;

import org.jspecify.annotations.NullMarked;
