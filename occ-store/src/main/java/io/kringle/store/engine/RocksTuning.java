package io.kringle.store.engine;

import java.util.ArrayList;
import java.util.List;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.Cache;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.CompressionType;
import org.rocksdb.DBOptions;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.LRUCache;
import org.rocksdb.WALRecoveryMode;
import org.rocksdb.WriteOptions;

/**
 * RocksDB's settings, chosen so that several nodes fit on one machine: at most 32 MiB of cache and
 * 66 MiB of memtables for each.
 */
final class RocksTuning implements AutoCloseable {
  private static final long CACHE_BYTES = 32L << 20;
  private static final long MEMTABLE_BYTES = 16L << 20;
  private static final long META_MEMTABLE_BYTES = 1L << 20;
  private static final int MEMTABLES = 2;
  private static final double BLOOM_BITS_PER_KEY = 10;

  /**
   * The metadata changes rarely; without this bound its memtable would hold old write-ahead logs
   * for ever.
   */
  private static final long WAL_BYTES = 64L << 20;

  private static final long INFO_LOG_BYTES = 1L << 20;
  private static final int INFO_LOG_FILES = 2;
  private static final int OPEN_FILES = 512;

  private final List<AutoCloseable> handles = new ArrayList<>();
  private final Cache cache = keep(new LRUCache(CACHE_BYTES));
  private final BloomFilter filter = keep(new BloomFilter(BLOOM_BITS_PER_KEY));

  final DBOptions database;
  final WriteOptions write;

  RocksTuning(Durability durability) {
    boolean withoutWal = durability == Durability.MEMORY;
    database =
        keep(new DBOptions())
            .setCreateIfMissing(true)
            .setCreateMissingColumnFamilies(true)
            // After a kill a batch may be torn at the end of the write-ahead log: read up to there.
            .setWalRecoveryMode(WALRecoveryMode.PointInTimeRecovery)
            .setMaxTotalWalSize(WAL_BYTES)
            // Without a write-ahead log it is this that keeps batches whole across the tables.
            .setAtomicFlush(withoutWal)
            .setMaxOpenFiles(OPEN_FILES)
            .setInfoLogLevel(InfoLogLevel.WARN_LEVEL)
            .setMaxLogFileSize(INFO_LOG_BYTES)
            .setKeepLogFileNum(INFO_LOG_FILES)
            .setStatsDumpPeriodSec(0);
    write = keep(new WriteOptions()).setDisableWAL(withoutWal);
  }

  ColumnFamilyOptions table(Table table) {
    return keep(new ColumnFamilyOptions())
        .setWriteBufferSize(table == Table.META ? META_MEMTABLE_BYTES : MEMTABLE_BYTES)
        .setMaxWriteBufferNumber(MEMTABLES)
        .setCompressionType(CompressionType.LZ4_COMPRESSION)
        .setTableFormatConfig(format(table));
  }

  /** The log is only ever walked, so a filter would be of no use to it. */
  private BlockBasedTableConfig format(Table table) {
    BlockBasedTableConfig format =
        new BlockBasedTableConfig()
            .setBlockCache(cache)
            .setCacheIndexAndFilterBlocks(true)
            .setPinL0FilterAndIndexBlocksInCache(true);
    return table == Table.LOG ? format : format.setFilterPolicy(filter);
  }

  private <T extends AutoCloseable> T keep(T handle) {
    handles.add(handle);
    return handle;
  }

  /** Only after the database that uses them is closed. */
  @Override
  public void close() {
    Handles.close(handles);
  }
}
