/** What is told of a server by its files. */
@NullMarked
package onceward.localstack.postgres;

import org.jspecify.annotations.NullMarked;
