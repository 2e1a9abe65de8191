/** How every error looks to a caller: RFC 9457 problem details that give nothing away. */
@NullMarked
package onceward.gateway.problem;

import org.jspecify.annotations.NullMarked;
