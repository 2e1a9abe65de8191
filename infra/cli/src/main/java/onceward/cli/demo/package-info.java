/** Many people sign up at once, and afterwards everything has to agree. */
@NullMarked
package onceward.cli.demo;

import org.jspecify.annotations.NullMarked;
