package io.kringle.ring;

/**
 * A stretch of the circle, clockwise from {@code from} (included) to {@code to} (excluded). It may
 * wrap past the highest id, and is never empty: an arc from a point to itself is the whole circle.
 *
 * @param from the first id of the arc
 * @param to the first id after the arc
 */
public record Arc(Id from, Id to) {

  /** The whole circle. */
  public static final Arc CIRCLE = new Arc(Id.ZERO, Id.ZERO);

  /**
   * The arc that a node owns between its nearest neighbours: the ids closer to it than to them, an
   * id in the middle belonging to the higher of the two. A node without neighbours gives itself for
   * both, and owns the circle.
   */
  public static Arc owned(Id predecessor, Id self, Id successor) {
    return predecessor.equals(self)
        ? CIRCLE
        : new Arc(border(predecessor, self), border(self, successor));
  }

  /**
   * The first id that belongs to {@code right}, walking clockwise from {@code left}, its neighbour.
   */
  public static Id border(Id left, Id right) {
    Id gap = right.minus(left);
    Id half = gap.half();
    boolean odd = (gap.low() & 1) != 0;
    boolean tieGoesRight = !odd && right.compareTo(left) > 0;
    Id middle = left.plus(half);
    return tieGoesRight ? middle : middle.next();
  }

  /** Whether {@code id} lies on this arc. */
  public boolean contains(Id id) {
    return id.isBetween(from, to);
  }

  /** Whether this is the whole circle. */
  public boolean isCircle() {
    return from.equals(to);
  }

  /** Whether some id lies on both arcs. */
  public boolean overlaps(Arc other) {
    return contains(other.from) || other.contains(from);
  }

  /** Whether every id of {@code other} lies on this arc. */
  public boolean covers(Arc other) {
    if (isCircle()) {
      return true;
    }
    return !other.isCircle()
        && contains(other.from)
        && other.to.minus(from).compareTo(to.minus(from)) <= 0
        && (other.to.equals(to) || other.from.minus(from).compareTo(other.to.minus(from)) < 0);
  }

  /** Whether cutting at {@code at} leaves two arcs. */
  public boolean canSplit(Id at) {
    return contains(at) && !at.equals(from);
  }

  /** The part before {@code at}. */
  public Arc before(Id at) {
    return new Arc(from, at);
  }

  /** The part from {@code at} on. */
  public Arc onwards(Id at) {
    return new Arc(at, to);
  }

  @Override
  public String toString() {
    return "[" + from.brief() + "…" + to.brief() + ")";
  }
}
