package io.kringle.ring;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks a record component that was added after its message was first released. Such components
 * come last, and travel so that an older node skips them; a node that gets a message from an older
 * one reads zero, false, the empty string, the empty array, the empty list or the empty optional in
 * their place.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Added {}
