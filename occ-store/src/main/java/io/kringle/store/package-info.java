/**
 * The key-value store that applications use: get, put, compare-and-set, update with a resolver,
 * delete and typed JSON entities, over replicated records; and the engines that keep records on a
 * node. Topics are unknown here.
 */
@NullMarked
package io.kringle.store;

import org.jspecify.annotations.NullMarked;
