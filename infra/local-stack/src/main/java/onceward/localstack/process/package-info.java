/** Child processes: launched detached, recognised by pid and start instant, ended with signals. */
@NullMarked
package onceward.localstack.process;

import org.jspecify.annotations.NullMarked;
