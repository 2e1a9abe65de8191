/**
 * What an access token of ours is, and who may verify it. The gateway and the services share this
 * and nothing else of one another: what decides who somebody is should not exist in three versions.
 */
@NullMarked
package onceward.accesstoken;

import org.jspecify.annotations.NullMarked;
