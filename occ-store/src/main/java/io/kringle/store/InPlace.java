package io.kringle.store;

import io.kringle.ring.Failure;
import io.kringle.ring.Result;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * The questions of one call, some of which cannot be. Those fail in their places; the others are
 * asked.
 */
final class InPlace<Q> {
  private final List<Q> questions;
  private final List<Optional<Failure>> wrong;

  InPlace(List<Q> questions, Function<Q, Optional<Failure>> wrong) {
    this.questions = List.copyOf(questions);
    this.wrong = this.questions.stream().map(wrong).toList();
  }

  /** Those that are to be asked, in their order. */
  List<Q> sound() {
    List<Q> sound = new ArrayList<>();
    for (int i = 0; i < questions.size(); i++) {
      if (wrong.get(i).isEmpty()) {
        sound.add(questions.get(i));
      }
    }
    return sound;
  }

  /**
   * What became of each question.
   *
   * @param answers to the sound ones, in their order
   */
  <T, R> List<Result<R>> results(List<Result<T>> answers, BiFunction<Q, T, R> meaning) {
    Iterator<Result<T>> next = answers.iterator();
    List<Result<R>> results = new ArrayList<>();
    for (int i = 0; i < questions.size(); i++) {
      Q question = questions.get(i);
      results.add(
          wrong
              .get(i)
              .<Result<R>>map(Result::failed)
              .orElseGet(() -> next.next().map(answer -> meaning.apply(question, answer))));
    }
    return results;
  }
}
