package onceward.auth.registration;

import jakarta.validation.Constraint;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Marks a text that {@link PhoneNumbers} must be able to read. */
@Constraint(validatedBy = {})
@Target({ElementType.FIELD, ElementType.PARAMETER, ElementType.RECORD_COMPONENT})
@Retention(RetentionPolicy.RUNTIME)
@interface PhoneNumber {

  /** The message for a client that sent another text. */
  String message() default "must be a phone number, e.g. +82 10 1234 5678";
}
