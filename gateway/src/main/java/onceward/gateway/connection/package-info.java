/**
 * The connections of callers: how long a request and an answer may take, how many connections there
 * may be, and what a request must look like before anything else reads it. Start at {@link
 * onceward.gateway.connection.ConnectionPipelines}.
 */
@NullMarked
package onceward.gateway.connection;

import org.jspecify.annotations.NullMarked;
