/**
 * How a service starts: its settings and databases are looked at first, and what is wrong with them
 * is one line. Start at {@link onceward.messaging.start.ServiceStart}.
 */
@NullMarked
package onceward.messaging.start;

import org.jspecify.annotations.NullMarked;
