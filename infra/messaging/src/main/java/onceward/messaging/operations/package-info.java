/**
 * What every request of an operator has in common: fields that are read one by one, and an audit.
 */
@NullMarked
package onceward.messaging.operations;

import org.jspecify.annotations.NullMarked;
