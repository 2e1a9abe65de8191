/** What operators see of dead letters and do with them over HTTP, and the record of that. */
@NullMarked
package onceward.messaging.deadletter.operations;

import org.jspecify.annotations.NullMarked;
