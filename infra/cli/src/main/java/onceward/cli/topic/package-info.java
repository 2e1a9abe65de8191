/** The command that makes a topic as messages need it. */
@NullMarked
package onceward.cli.topic;

import org.jspecify.annotations.NullMarked;
