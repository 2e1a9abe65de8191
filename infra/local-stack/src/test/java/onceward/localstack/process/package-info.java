/** Processes, ports and logs. */
@NullMarked
package onceward.localstack.process;

import org.jspecify.annotations.NullMarked;
