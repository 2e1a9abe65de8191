/** Faults for tests to make: networks that do not do what they should. */
@NullMarked
package onceward.localstack.fault;

import org.jspecify.annotations.NullMarked;
