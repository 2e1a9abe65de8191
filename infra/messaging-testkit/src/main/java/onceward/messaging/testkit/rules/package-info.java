/**
 * ArchUnit rules for services that use the library. Start at {@link
 * onceward.messaging.testkit.rules.MessagingRules}.
 */
@NullMarked
package onceward.messaging.testkit.rules;

import org.jspecify.annotations.NullMarked;
