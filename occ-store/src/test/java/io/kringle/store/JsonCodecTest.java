package io.kringle.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.kringle.ring.Bytes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** JSON over JSON, with nothing lost that the type does not know. */
final class JsonCodecTest {
  private static final ObjectMapper PLAIN = new ObjectMapper();

  record Address(String street, @Nullable String city) {}

  record Person(
      String name,
      @Nullable Integer age,
      @Nullable Address address,
      @Nullable List<Address> former) {
    Person renamed(String newName) {
      return new Person(newName, age, address, former);
    }

    Person movedTo(@Nullable Address newAddress) {
      return new Person(name, age, newAddress, former);
    }
  }

  private final JsonCodec<Person> people = new JsonCodec<>(Person.class);

  private static Bytes json(String text) {
    return Bytes.utf8(text.replace('\'', '"'));
  }

  private static void assertJson(Bytes actual, String expected) throws Exception {
    assertThat(PLAIN.readTree(actual.array())).isEqualTo(PLAIN.readTree(json(expected).array()));
  }

  @Test
  void aRecordIsWrittenAndReadBack() {
    Person person = new Person("Ada", 36, new Address("St James's Square", "London"), List.of());
    assertThat(people.read(people.write(person))).isEqualTo(person);
  }

  @Test
  void unknownFieldsSurviveAtEveryDepthWhileKnownOnesChange() throws Exception {
    Bytes stored =
        json(
            "{'name':'Ada','age':36,'mood':'fine','address':{'street':'A','city':'B','geo':{'lat':51.50}},'former':null}");
    Person read = people.read(stored);
    Bytes merged = people.merge(stored, read.renamed("Augusta").movedTo(new Address("C", "B")));
    assertJson(
        merged,
        "{'name':'Augusta','age':36,'mood':'fine','address':{'street':'C','city':'B','geo':{'lat':51.50}},'former':null}");
  }

  @Test
  void aKnownFieldThatBecameNullIsNullAndTheOthersStay() throws Exception {
    Bytes stored = json("{'name':'Ada','address':{'street':'A','city':'B','geo':1},'mood':'fine'}");
    Person read = people.read(stored);
    assertJson(
        people.merge(stored, read.movedTo(new Address("A", null))),
        "{'name':'Ada','address':{'street':'A','city':null,'geo':1},'mood':'fine'}");
    assertJson(
        people.merge(stored, read.movedTo(null)), "{'name':'Ada','address':null,'mood':'fine'}");
  }

  @Test
  void aKnownFieldThatIsNotWrittenAnyMoreIsRemoved() throws Exception {
    ObjectMapper withoutNulls =
        JsonMapper.builder()
            .defaultPropertyInclusion(
                JsonInclude.Value.construct(JsonInclude.Include.NON_NULL, null))
            .build();
    JsonCodec<Person> codec = new JsonCodec<>(Person.class, withoutNulls);
    Bytes stored =
        json("{'name':'Ada','age':36,'address':{'street':'A','city':'B','geo':1},'mood':'fine'}");
    Person read = codec.read(stored);
    Person changed = new Person("Ada", null, new Address("A", null), read.former());
    assertJson(
        codec.merge(stored, changed),
        "{'name':'Ada','address':{'street':'A','geo':1},'mood':'fine'}");
  }

  @Test
  void fieldsThatWereNotStoredAndNotChangedAreNotAdded() throws Exception {
    Bytes stored = json("{'name':'Ada'}");
    assertJson(people.merge(stored, people.read(stored).renamed("Augusta")), "{'name':'Augusta'}");
  }

  @Test
  void aNullThatBecomesAnObjectIsTheNewObject() throws Exception {
    Bytes stored = json("{'name':'Ada','address':null}");
    assertJson(
        people.merge(stored, people.read(stored).movedTo(new Address("A", "B"))),
        "{'name':'Ada','address':{'street':'A','city':'B'}}");
  }

  @Test
  void aListThatWasNotChangedKeepsTheUnknownFieldsOfItsElementsAndOneThatWasIsReplacedWhole()
      throws Exception {
    Bytes stored =
        json(
            "{'name':'Ada','former':[{'street':'A','city':'B','geo':1},{'street':'C','city':'D'}]}");
    Person read = people.read(stored);
    assertJson(
        people.merge(stored, read.renamed("Augusta")),
        "{'name':'Augusta','former':[{'street':'A','city':'B','geo':1},{'street':'C','city':'D'}]}");
    assertJson(
        people.merge(stored, new Person("Ada", null, null, read.former().subList(0, 1))),
        "{'name':'Ada','former':[{'street':'A','city':'B'}]}");
  }

  @Test
  void whatWasNotChangedKeepsItsForm() {
    Bytes stored =
        json(
            "{'name':'Ada','exact':0.1000,'huge':1E+400,'long':12345678901234567890123,'list':[1.0,1]}");
    String merged = people.merge(stored, people.read(stored).renamed("Augusta")).toUtf8();
    assertThat(merged)
        .isEqualTo(
            json("{'name':'Augusta','exact':0.1000,'huge':1E+400,'long':12345678901234567890123,'list':[1.0,1]}")
                .toUtf8());
  }

  record Labels(Map<String, String> labels) {}

  @Test
  void anEntryRemovedFromAMapIsRemoved() throws Exception {
    JsonCodec<Labels> codec = new JsonCodec<>(Labels.class);
    Bytes stored = json("{'labels':{'a':'1','b':'2'},'more':true}");
    Map<String, String> labels = new LinkedHashMap<>(codec.read(stored).labels());
    labels.remove("a");
    labels.put("c", "3");
    assertJson(codec.merge(stored, new Labels(labels)), "{'labels':{'b':'2','c':'3'},'more':true}");
  }

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
  @JsonSubTypes(@JsonSubTypes.Type(value = Circle.class, name = "circle"))
  interface Shape {}

  record Circle(int radius) implements Shape {}

  record Drawing(String title, @Nullable Shape shape) {}

  @Test
  void anObjectOfATypeThatIsNotKnownHereIsKept() throws Exception {
    ObjectMapper lenient =
        JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_INVALID_SUBTYPE).build();
    JsonCodec<Drawing> codec = new JsonCodec<>(Drawing.class, lenient);
    Bytes stored = json("{'title':'old','shape':{'kind':'hexagon','side':4}}");
    Drawing read = codec.read(stored);
    assertThat(read.shape()).isNull();
    assertJson(
        codec.merge(stored, new Drawing("new", read.shape())),
        "{'title':'new','shape':{'kind':'hexagon','side':4}}");
    assertJson(
        codec.merge(stored, new Drawing("new", new Circle(2))),
        "{'title':'new','shape':{'kind':'circle','radius':2}}");
  }

  /** As applications write them. */
  static final class Counter {
    public int count;
    public List<String> names = new ArrayList<>();
  }

  @Test
  void aClassWithFieldsWorksToo() throws Exception {
    JsonCodec<Counter> codec = new JsonCodec<>(Counter.class);
    Bytes stored = json("{'count':1,'names':['a'],'more':{'x':1}}");
    Counter counter = codec.read(stored);
    counter.count++;
    counter.names.add("b");
    assertJson(codec.merge(stored, counter), "{'count':2,'names':['a','b'],'more':{'x':1}}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "{", "null", "[]", "{'name':{}}", "{'name':'Ada'} {}", "\u0000\u0001"})
  void whatIsNoSuchJsonFailsAndSaysWhatItWasReadAs(String text) {
    assertThatThrownBy(() -> people.read(json(text)))
        .isInstanceOf(MalformedEntityException.class)
        .hasMessageContaining("are no JSON that reads as Person: ");
    assertThatThrownBy(() -> people.merge(json(text), new Person("Ada", 1, null, null)))
        .isInstanceOf(MalformedEntityException.class);
  }

  @Test
  void anUnknownNumberTooLongForJacksonIsMalformedRatherThanABrokenInvariant() {
    Bytes stored = json("{'name':'Ada','unknown':" + "9".repeat(2_000) + "}");
    assertThatThrownBy(() -> people.merge(stored, new Person("Augusta", 1, null, null)))
        .isInstanceOf(MalformedEntityException.class);
  }

  static final class Unwritable {
    public Object self = this;
  }

  @Test
  void whatCannotBeWrittenSaysSo() {
    JsonCodec<Unwritable> codec = new JsonCodec<>(Unwritable.class);
    assertThatThrownBy(() -> codec.write(new Unwritable()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Unwritable cannot be written as JSON");
  }
}
