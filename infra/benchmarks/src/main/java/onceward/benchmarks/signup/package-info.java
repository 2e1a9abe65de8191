/** How many people can sign up at once. */
@NullMarked
package onceward.benchmarks.signup;

import org.jspecify.annotations.NullMarked;
