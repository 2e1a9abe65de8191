/**
 * How a program answers errors over HTTP: as problem documents (RFC 9457). Start at {@link
 * onceward.problem.ProblemResponses}.
 */
@NullMarked
package onceward.problem;

import org.jspecify.annotations.NullMarked;
