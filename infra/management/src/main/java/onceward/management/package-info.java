/**
 * The operators' door of a program: a port of its own for all management endpoints, and who may do
 * what there. Start at {@link onceward.management.ManagementDoor}, which carries out what {@link
 * onceward.management.DoorRules} decides.
 */
@NullMarked
package onceward.management;

import org.jspecify.annotations.NullMarked;
