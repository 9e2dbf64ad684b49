"""Every setting of PostgreSQL 14 to 18, as real servers told it; generated, do not edit.

One line each: name, versions, context, kind, then unit and range of a number, or the values of an enum.
From `pg_settings` of 14.24, 15.20, 16.15, 17.12 and 18.6 as Debian and Ubuntu build them, with pg_stat_statements
loaded. `docs/decisions/tuning-catalogue.md` says how to make it anew; a setting that some minor release brought
counts for every later version.
"""

TABLE = """
DateStyle 14-18 user string
IntervalStyle 14-18 user enum iso_8601,postgres,postgres_verbose,sql_standard
TimeZone 14-18 user string
allow_alter_system 17-18 sighup bool
allow_in_place_tablespaces 14-18 superuser bool
allow_system_table_mods 14-18 superuser bool
application_name 14-18 user string
archive_cleanup_command 14-18 sighup string
archive_command 14-18 sighup string
archive_library 15-18 sighup string
archive_mode 14-18 postmaster enum always,off,on
archive_timeout 14-18 sighup integer s 0 1073741823
array_nulls 14-18 user bool
authentication_timeout 14-18 sighup integer s 1 600
autovacuum 14-18 sighup bool
autovacuum_analyze_scale_factor 14-18 sighup real - 0 100
autovacuum_analyze_threshold 14-18 sighup integer - 0 2147483647
autovacuum_freeze_max_age 14-18 postmaster integer - 100000 2000000000
autovacuum_max_workers 14-17 postmaster integer - 1 262143
autovacuum_max_workers 18-18 sighup integer - 1 262143
autovacuum_multixact_freeze_max_age 14-18 postmaster integer - 10000 2000000000
autovacuum_naptime 14-18 sighup integer s 1 2147483
autovacuum_vacuum_cost_delay 14-18 sighup real ms -1 100
autovacuum_vacuum_cost_limit 14-18 sighup integer - -1 10000
autovacuum_vacuum_insert_scale_factor 14-18 sighup real - 0 100
autovacuum_vacuum_insert_threshold 14-18 sighup integer - -1 2147483647
autovacuum_vacuum_max_threshold 18-18 sighup integer - -1 2147483647
autovacuum_vacuum_scale_factor 14-18 sighup real - 0 100
autovacuum_vacuum_threshold 14-18 sighup integer - 0 2147483647
autovacuum_work_mem 14-18 sighup integer kB -1 2147483647
autovacuum_worker_slots 18-18 postmaster integer - 1 262143
backend_flush_after 14-18 user integer 8kB 0 256
backslash_quote 14-18 user enum off,on,safe_encoding
backtrace_functions 14-18 superuser string
bgwriter_delay 14-18 sighup integer ms 10 10000
bgwriter_flush_after 14-18 sighup integer 8kB 0 256
bgwriter_lru_maxpages 14-18 sighup integer - 0 1073741823
bgwriter_lru_multiplier 14-18 sighup real - 0 10
block_size 14-18 internal string
bonjour 14-18 postmaster bool
bonjour_name 14-18 postmaster string
bytea_output 14-18 user enum escape,hex
check_function_bodies 14-18 user bool
checkpoint_completion_target 14-18 sighup real - 0 1
checkpoint_flush_after 14-18 sighup integer 8kB 0 256
checkpoint_timeout 14-18 sighup integer s 30 86400
checkpoint_warning 14-18 sighup integer s 0 2147483647
client_connection_check_interval 14-18 user integer ms 0 2147483647
client_encoding 14-18 user string
client_min_messages 14-18 user enum debug1,debug2,debug3,debug4,debug5,error,log,notice,warning
cluster_name 14-18 postmaster string
commit_delay 14-18 superuser integer - 0 100000
commit_siblings 14-18 user integer - 0 1000
commit_timestamp_buffers 17-18 postmaster integer 8kB 0 131072
composite_type_mismatch 15-18 superuser enum disabled,error,warn
compute_query_id 14-18 superuser enum auto,off,on,regress
config_file 14-18 postmaster string
constraint_exclusion 14-18 user enum off,on,partition
cpu_index_tuple_cost 14-18 user real - 0 1.79769e+308
cpu_operator_cost 14-18 user real - 0 1.79769e+308
cpu_tuple_cost 14-18 user real - 0 1.79769e+308
createrole_self_grant 16-18 user string
cursor_tuple_fraction 14-18 user real - 0 1
data_checksums 14-18 internal bool
data_directory 14-18 postmaster string
data_directory_mode 14-18 internal string
data_sync_retry 14-18 postmaster bool
db_user_namespace 14-16 sighup bool
deadlock_timeout 14-18 superuser integer ms 1 2147483647
debug_assertions 14-18 internal bool
debug_discard_caches 14-18 superuser integer - 0 0
debug_io_direct 16-18 postmaster string
debug_logical_replication_streaming 16-18 user enum buffered,immediate
debug_parallel_query 16-18 user enum off,on,regress
debug_pretty_print 14-18 user bool
debug_print_parse 14-18 user bool
debug_print_plan 14-18 user bool
debug_print_rewritten 14-18 user bool
default_statistics_target 14-18 user integer - 1 10000
default_table_access_method 14-18 user string
default_tablespace 14-18 user string
default_text_search_config 14-18 user string
default_toast_compression 14-18 user enum lz4,pglz
default_transaction_deferrable 14-18 user bool
default_transaction_isolation 14-18 user enum read committed,read uncommitted,repeatable read,serializable
default_transaction_read_only 14-18 user bool
dynamic_library_path 14-18 superuser string
dynamic_shared_memory_type 14-18 postmaster enum mmap,posix,sysv
effective_cache_size 14-18 user integer 8kB 1 2147483647
effective_io_concurrency 14-18 user integer - 0 1000
enable_async_append 14-18 user bool
enable_bitmapscan 14-18 user bool
enable_distinct_reordering 18-18 user bool
enable_gathermerge 14-18 user bool
enable_group_by_reordering 17-18 user bool
enable_hashagg 14-18 user bool
enable_hashjoin 14-18 user bool
enable_incremental_sort 14-18 user bool
enable_indexonlyscan 14-18 user bool
enable_indexscan 14-18 user bool
enable_material 14-18 user bool
enable_memoize 14-18 user bool
enable_mergejoin 14-18 user bool
enable_nestloop 14-18 user bool
enable_parallel_append 14-18 user bool
enable_parallel_hash 14-18 user bool
enable_partition_pruning 14-18 user bool
enable_partitionwise_aggregate 14-18 user bool
enable_partitionwise_join 14-18 user bool
enable_presorted_aggregate 16-18 user bool
enable_self_join_elimination 18-18 user bool
enable_seqscan 14-18 user bool
enable_sort 14-18 user bool
enable_tidscan 14-18 user bool
escape_string_warning 14-18 user bool
event_source 14-18 postmaster string
event_triggers 17-18 superuser bool
exit_on_error 14-18 user bool
extension_control_path 18-18 superuser string
extension_destdir 14-17 superuser string
external_pid_file 14-18 postmaster string
extra_float_digits 14-18 user integer - -15 3
file_copy_method 18-18 user enum clone,copy
file_extend_method 16-18 sighup enum posix_fallocate,write_zeros
force_parallel_mode 14-15 user enum off,on,regress
from_collapse_limit 14-18 user integer - 1 2147483647
fsync 14-18 sighup bool
full_page_writes 14-18 sighup bool
geqo 14-18 user bool
geqo_effort 14-18 user integer - 1 10
geqo_generations 14-18 user integer - 0 2147483647
geqo_pool_size 14-18 user integer - 0 2147483647
geqo_seed 14-18 user real - 0 1
geqo_selection_bias 14-18 user real - 1.5 2
geqo_threshold 14-18 user integer - 2 2147483647
gin_fuzzy_search_limit 14-18 user integer - 0 2147483647
gin_pending_list_limit 14-18 user integer kB 64 2147483647
gss_accept_delegation 16-18 sighup bool
hash_mem_multiplier 14-18 user real - 1 1000
hba_file 14-18 postmaster string
hot_standby 14-18 postmaster bool
hot_standby_feedback 14-18 sighup bool
huge_page_size 14-18 postmaster integer kB 0 2147483647
huge_pages 14-18 postmaster enum off,on,try
huge_pages_status 17-18 internal enum
icu_validation_level 16-18 user enum debug1,debug2,debug3,debug4,debug5,disabled,error,log,notice,warning
ident_file 14-18 postmaster string
idle_in_transaction_session_timeout 14-18 user integer ms 0 2147483647
idle_replication_slot_timeout 18-18 sighup integer s 0 2147483647
idle_session_timeout 14-18 user integer ms 0 2147483647
ignore_checksum_failure 14-18 superuser bool
ignore_invalid_pages 14-18 postmaster bool
ignore_system_indexes 14-18 backend bool
in_hot_standby 14-18 internal bool
integer_datetimes 14-18 internal bool
io_combine_limit 17-17 user integer 8kB 1 32
io_combine_limit 18-18 user integer 8kB 1 128
io_max_combine_limit 18-18 postmaster integer 8kB 1 128
io_max_concurrency 18-18 postmaster integer - -1 1024
io_method 18-18 postmaster enum io_uring,sync,worker
io_workers 18-18 sighup integer - 1 32
jit 14-18 user bool
jit_above_cost 14-18 user real - -1 1.79769e+308
jit_debugging_support 14-18 superuser-backend bool
jit_dump_bitcode 14-18 superuser bool
jit_expressions 14-18 user bool
jit_inline_above_cost 14-18 user real - -1 1.79769e+308
jit_optimize_above_cost 14-18 user real - -1 1.79769e+308
jit_profiling_support 14-18 superuser-backend bool
jit_provider 14-18 postmaster string
jit_tuple_deforming 14-18 user bool
join_collapse_limit 14-18 user integer - 1 2147483647
krb_caseins_users 14-18 sighup bool
krb_server_keyfile 14-18 sighup string
lc_collate 14-15 internal string
lc_ctype 14-15 internal string
lc_messages 14-18 superuser string
lc_monetary 14-18 user string
lc_numeric 14-18 user string
lc_time 14-18 user string
listen_addresses 14-18 postmaster string
lo_compat_privileges 14-18 superuser bool
local_preload_libraries 14-18 user string
lock_timeout 14-18 user integer ms 0 2147483647
log_autovacuum_min_duration 14-18 sighup integer ms -1 2147483647
log_checkpoints 14-18 sighup bool
log_connections 14-17 superuser-backend bool
log_connections 18-18 superuser-backend string
log_destination 14-18 sighup string
log_directory 14-18 sighup string
log_disconnections 14-18 superuser-backend bool
log_duration 14-18 superuser bool
log_error_verbosity 14-18 superuser enum default,terse,verbose
log_executor_stats 14-18 superuser bool
log_file_mode 14-18 sighup integer - 0 511
log_filename 14-18 sighup string
log_hostname 14-18 sighup bool
log_line_prefix 14-18 sighup string
log_lock_failures 18-18 superuser bool
log_lock_waits 14-18 superuser bool
log_min_duration_sample 14-18 superuser integer ms -1 2147483647
log_min_duration_statement 14-18 superuser integer ms -1 2147483647
log_min_error_statement 14-18 superuser enum
    debug1,debug2,debug3,debug4,debug5,error,fatal,info,log,notice,panic,warning
log_min_messages 14-18 superuser enum
    debug1,debug2,debug3,debug4,debug5,error,fatal,info,log,notice,panic,warning
log_parameter_max_length 14-18 superuser integer B -1 1073741823
log_parameter_max_length_on_error 14-18 user integer B -1 1073741823
log_parser_stats 14-18 superuser bool
log_planner_stats 14-18 superuser bool
log_recovery_conflict_waits 14-18 sighup bool
log_replication_commands 14-18 superuser bool
log_rotation_age 14-18 sighup integer min 0 35791394
log_rotation_size 14-17 sighup integer kB 0 2097151
log_rotation_size 18-18 sighup integer kB 0 2147483647
log_startup_progress_interval 15-18 sighup integer ms 0 2147483647
log_statement 14-18 superuser enum all,ddl,mod,none
log_statement_sample_rate 14-18 superuser real - 0 1
log_statement_stats 14-18 superuser bool
log_temp_files 14-18 superuser integer kB -1 2147483647
log_timezone 14-18 sighup string
log_transaction_sample_rate 14-18 superuser real - 0 1
log_truncate_on_rotation 14-18 sighup bool
logging_collector 14-18 postmaster bool
logical_decoding_work_mem 14-18 user integer kB 64 2147483647
maintenance_io_concurrency 14-18 user integer - 0 1000
maintenance_work_mem 14-16 user integer kB 1024 2147483647
maintenance_work_mem 17-18 user integer kB 64 2147483647
max_active_replication_origins 18-18 postmaster integer - 0 262143
max_connections 14-18 postmaster integer - 1 262143
max_files_per_process 14-18 postmaster integer - 64 2147483647
max_function_args 14-18 internal string
max_identifier_length 14-18 internal string
max_index_keys 14-18 internal string
max_locks_per_transaction 14-18 postmaster integer - 10 2147483647
max_logical_replication_workers 14-18 postmaster integer - 0 262143
max_notify_queue_pages 17-18 postmaster integer - 64 2147483647
max_parallel_apply_workers_per_subscription 16-18 sighup integer - 0 1024
max_parallel_maintenance_workers 14-18 user integer - 0 1024
max_parallel_workers 14-18 user integer - 0 1024
max_parallel_workers_per_gather 14-18 user integer - 0 1024
max_pred_locks_per_page 14-18 sighup integer - 0 2147483647
max_pred_locks_per_relation 14-18 sighup integer - -2147483648 2147483647
max_pred_locks_per_transaction 14-18 postmaster integer - 10 2147483647
max_prepared_transactions 14-18 postmaster integer - 0 262143
max_replication_slots 14-18 postmaster integer - 0 262143
max_slot_wal_keep_size 14-18 sighup integer MB -1 2147483647
max_stack_depth 14-18 superuser integer kB 100 2147483647
max_standby_archive_delay 14-18 sighup integer ms -1 2147483647
max_standby_streaming_delay 14-18 sighup integer ms -1 2147483647
max_sync_workers_per_subscription 14-18 sighup integer - 0 262143
max_wal_senders 14-18 postmaster integer - 0 262143
max_wal_size 14-18 sighup integer MB 2 2147483647
max_worker_processes 14-18 postmaster integer - 0 262143
md5_password_warnings 18-18 user bool
min_dynamic_shared_memory 14-18 postmaster integer MB 0 2147483647
min_parallel_index_scan_size 14-18 user integer 8kB 0 715827882
min_parallel_table_scan_size 14-18 user integer 8kB 0 715827882
min_wal_size 14-18 sighup integer MB 2 2147483647
multixact_member_buffers 17-18 postmaster integer 8kB 16 131072
multixact_offset_buffers 17-18 postmaster integer 8kB 16 131072
notify_buffers 17-18 postmaster integer 8kB 16 131072
num_os_semaphores 18-18 internal string
oauth_validator_libraries 18-18 sighup string
old_snapshot_threshold 14-16 postmaster integer min -1 86400
output_plugin_libraries 14-18 superuser string
parallel_leader_participation 14-18 user bool
parallel_setup_cost 14-18 user real - 0 1.79769e+308
parallel_tuple_cost 14-18 user real - 0 1.79769e+308
password_encryption 14-18 user enum md5,scram-sha-256
pg_stat_statements.max 14-18 postmaster integer - 100 1073741823
pg_stat_statements.save 14-18 sighup bool
pg_stat_statements.track 14-18 superuser enum all,none,top
pg_stat_statements.track_planning 14-18 superuser bool
pg_stat_statements.track_utility 14-18 superuser bool
plan_cache_mode 14-18 user enum auto,force_custom_plan,force_generic_plan
port 14-18 postmaster integer - 1 65535
post_auth_delay 14-18 backend integer s 0 2147
pre_auth_delay 14-18 sighup integer s 0 60
primary_conninfo 14-18 sighup string
primary_slot_name 14-18 sighup string
promote_trigger_file 14-15 sighup string
quote_all_identifiers 14-18 user bool
random_page_cost 14-18 user real - 0 1.79769e+308
recovery_end_command 14-18 sighup string
recovery_init_sync_method 14-18 sighup enum fsync,syncfs
recovery_min_apply_delay 14-18 sighup integer ms 0 2147483647
recovery_prefetch 15-18 sighup enum off,on,try
recovery_target 14-18 postmaster string
recovery_target_action 14-18 postmaster enum pause,promote,shutdown
recovery_target_inclusive 14-18 postmaster bool
recovery_target_lsn 14-18 postmaster string
recovery_target_name 14-18 postmaster string
recovery_target_time 14-18 postmaster string
recovery_target_timeline 14-18 postmaster string
recovery_target_xid 14-18 postmaster string
recursive_worktable_factor 15-18 user real - 0.001 1e+06
remove_temp_files_after_crash 14-18 sighup bool
reserved_connections 16-18 postmaster integer - 0 262143
restart_after_crash 14-18 sighup bool
restore_command 14-18 sighup string
restrict_nonsystem_relation_kind 14-18 user string
row_security 14-18 user bool
scram_iterations 16-18 user integer - 1 2147483647
search_path 14-18 user string
segment_size 14-18 internal string
send_abort_for_crash 16-18 sighup bool
send_abort_for_kill 16-18 sighup bool
seq_page_cost 14-18 user real - 0 1.79769e+308
serializable_buffers 17-18 postmaster integer 8kB 16 131072
server_encoding 14-18 internal string
server_version 14-18 internal string
server_version_num 14-18 internal string
session_preload_libraries 14-18 superuser string
session_replication_role 14-18 superuser enum local,origin,replica
shared_buffers 14-18 postmaster integer 8kB 16 1073741823
shared_memory_size 15-18 internal string
shared_memory_size_in_huge_pages 15-18 internal string
shared_memory_type 14-18 postmaster enum mmap,sysv
shared_preload_libraries 14-18 postmaster string
ssl 14-18 sighup bool
ssl_ca_file 14-18 sighup string
ssl_cert_file 14-18 sighup string
ssl_ciphers 14-18 sighup string
ssl_crl_dir 14-18 sighup string
ssl_crl_file 14-18 sighup string
ssl_dh_params_file 14-18 sighup string
ssl_ecdh_curve 14-17 sighup string
ssl_groups 18-18 sighup string
ssl_key_file 14-18 sighup string
ssl_library 14-18 internal string
ssl_max_protocol_version 14-18 sighup enum ,TLSv1,TLSv1.1,TLSv1.2,TLSv1.3
ssl_min_protocol_version 14-18 sighup enum TLSv1,TLSv1.1,TLSv1.2,TLSv1.3
ssl_passphrase_command 14-18 sighup string
ssl_passphrase_command_supports_reload 14-18 sighup bool
ssl_prefer_server_ciphers 14-18 sighup bool
ssl_tls13_ciphers 18-18 sighup string
standard_conforming_strings 14-18 user bool
statement_timeout 14-18 user integer ms 0 2147483647
stats_fetch_consistency 15-18 user enum cache,none,snapshot
stats_temp_directory 14-14 sighup string
subtransaction_buffers 17-18 postmaster integer 8kB 0 131072
summarize_wal 17-18 sighup bool
superuser_reserved_connections 14-18 postmaster integer - 0 262143
sync_replication_slots 17-18 sighup bool
synchronize_seqscans 14-18 user bool
synchronized_standby_slots 17-18 sighup string
synchronous_commit 14-18 user enum local,off,on,remote_apply,remote_write
synchronous_standby_names 14-18 sighup string
syslog_facility 14-18 sighup enum local0,local1,local2,local3,local4,local5,local6,local7
syslog_ident 14-18 sighup string
syslog_sequence_numbers 14-18 sighup bool
syslog_split_messages 14-18 sighup bool
tcp_keepalives_count 14-18 user integer - 0 2147483647
tcp_keepalives_idle 14-18 user integer s 0 2147483647
tcp_keepalives_interval 14-18 user integer s 0 2147483647
tcp_user_timeout 14-18 user integer ms 0 2147483647
temp_buffers 14-18 user integer 8kB 100 1073741823
temp_file_limit 14-18 superuser integer kB -1 2147483647
temp_tablespaces 14-18 user string
timezone_abbreviations 14-18 user string
trace_connection_negotiation 17-18 postmaster bool
trace_notify 14-18 user bool
trace_recovery_messages 14-16 sighup enum debug1,debug2,debug3,debug4,debug5,error,log,notice,warning
trace_sort 14-18 user bool
track_activities 14-18 superuser bool
track_activity_query_size 14-18 postmaster integer B 100 1048576
track_commit_timestamp 14-18 postmaster bool
track_cost_delay_timing 18-18 superuser bool
track_counts 14-18 superuser bool
track_functions 14-18 superuser enum all,none,pl
track_io_timing 14-18 superuser bool
track_wal_io_timing 14-18 superuser bool
transaction_buffers 17-18 postmaster integer 8kB 0 131072
transaction_deferrable 14-18 user bool
transaction_isolation 14-18 user enum read committed,read uncommitted,repeatable read,serializable
transaction_read_only 14-18 user bool
transaction_timeout 17-18 user integer ms 0 2147483647
transform_null_equals 14-18 user bool
unix_socket_directories 14-18 postmaster string
unix_socket_group 14-18 postmaster string
unix_socket_permissions 14-18 postmaster integer - 0 511
update_process_title 14-18 superuser bool
vacuum_buffer_usage_limit 16-18 user integer kB 0 16777216
vacuum_cost_delay 14-18 user real ms 0 100
vacuum_cost_limit 14-18 user integer - 1 10000
vacuum_cost_page_dirty 14-18 user integer - 0 10000
vacuum_cost_page_hit 14-18 user integer - 0 10000
vacuum_cost_page_miss 14-18 user integer - 0 10000
vacuum_defer_cleanup_age 14-15 sighup integer - 0 1000000
vacuum_failsafe_age 14-18 user integer - 0 2100000000
vacuum_freeze_min_age 14-18 user integer - 0 1000000000
vacuum_freeze_table_age 14-18 user integer - 0 2000000000
vacuum_max_eager_freeze_failure_rate 18-18 user real - 0 1
vacuum_multixact_failsafe_age 14-18 user integer - 0 2100000000
vacuum_multixact_freeze_min_age 14-18 user integer - 0 1000000000
vacuum_multixact_freeze_table_age 14-18 user integer - 0 2000000000
vacuum_truncate 18-18 user bool
wal_block_size 14-18 internal string
wal_buffers 14-18 postmaster integer 8kB -1 262143
wal_compression 14-14 superuser bool
wal_compression 15-18 superuser enum lz4,off,on,pglz,zstd
wal_consistency_checking 14-18 superuser string
wal_decode_buffer_size 15-18 postmaster integer B 65536 1073741823
wal_init_zero 14-18 superuser bool
wal_keep_size 14-18 sighup integer MB 0 2147483647
wal_level 14-18 postmaster enum logical,minimal,replica
wal_log_hints 14-18 postmaster bool
wal_receiver_create_temp_slot 14-18 sighup bool
wal_receiver_status_interval 14-18 sighup integer s 0 2147483
wal_receiver_timeout 14-18 sighup integer ms 0 2147483647
wal_recycle 14-18 superuser bool
wal_retrieve_retry_interval 14-18 sighup integer ms 1 2147483647
wal_segment_size 14-18 internal string
wal_sender_timeout 14-18 user integer ms 0 2147483647
wal_skip_threshold 14-18 user integer kB 0 2147483647
wal_summary_keep_time 17-18 sighup integer min 0 35791394
wal_sync_method 14-18 sighup enum fdatasync,fsync,open_datasync,open_sync
wal_writer_delay 14-18 sighup integer ms 1 10000
wal_writer_flush_after 14-18 sighup integer 8kB 0 2147483647
work_mem 14-18 user integer kB 64 2147483647
xmlbinary 14-18 user enum base64,hex
xmloption 14-18 user enum content,document
zero_damaged_pages 14-18 superuser bool
"""
