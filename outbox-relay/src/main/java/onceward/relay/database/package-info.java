/** The database a pipeline captures from, asked over an ordinary connection. */
@NullMarked
package onceward.relay.database;

import org.jspecify.annotations.NullMarked;
