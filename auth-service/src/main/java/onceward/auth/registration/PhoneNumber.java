package onceward.auth.registration;

import jakarta.validation.Constraint;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Text that {@link PhoneNumbers} can read. */
@Constraint(validatedBy = {})
@Target({ElementType.FIELD, ElementType.PARAMETER, ElementType.RECORD_COMPONENT})
@Retention(RetentionPolicy.RUNTIME)
@interface PhoneNumber {

  /** What to tell whoever sent something else. */
  String message() default "must be a phone number, e.g. +82 10 1234 5678";
}
