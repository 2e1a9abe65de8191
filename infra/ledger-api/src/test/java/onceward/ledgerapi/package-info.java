/** Tests of the API. */
@NullMarked
package onceward.ledgerapi;

import org.jspecify.annotations.NullMarked;
