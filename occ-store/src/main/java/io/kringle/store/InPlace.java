package io.kringle.store;

import io.kringle.ring.Result;
import io.kringle.ring.World;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The questions of one call, some of which have their answer at once: they make no sense, or it is
 * known. Only the others are asked; in the end each answer is where its question was.
 */
final class InPlace<Q, R> {
  private final List<Q> questions;
  private final List<Optional<Result<R>>> known;

  InPlace(List<Q> questions, Function<Q, Optional<Result<R>>> known) {
    this.questions = List.copyOf(questions);
    this.known = this.questions.stream().map(known).toList();
  }

  /**
   * Asks what is to be asked, if anything is.
   *
   * @param ask takes those questions in their order, and who wants the answers to them, in order
   * @param done what became of each, or a failure of the whole; never within this call
   */
  void ask(
      World world,
      BiConsumer<List<Q>, Consumer<Result<List<Result<R>>>>> ask,
      Consumer<Result<List<Result<R>>>> done) {
    List<Q> open = open();
    if (open.isEmpty()) {
      world.after(Duration.ZERO, () -> done.accept(Result.ok(together(List.of()))));
    } else {
      ask.accept(open, answered -> done.accept(answered.map(this::together)));
    }
  }

  private List<Q> open() {
    List<Q> open = new ArrayList<>();
    for (int i = 0; i < questions.size(); i++) {
      if (known.get(i).isEmpty()) {
        open.add(questions.get(i));
      }
    }
    return open;
  }

  private List<Result<R>> together(List<Result<R>> answers) {
    Iterator<Result<R>> next = answers.iterator();
    return known.stream().map(each -> each.orElseGet(next::next)).toList();
  }
}
