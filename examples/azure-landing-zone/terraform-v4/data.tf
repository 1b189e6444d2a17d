# Where the data is: PostgreSQL, Redis, storage, SQL, messages, secrets.

# The server that ERP runs on: nothing is wrong here.
resource "azurerm_postgresql_flexible_server" "erp" {
  name                          = "psql-erp-prod"
  resource_group_name           = azurerm_resource_group.erp.name
  location                      = azurerm_resource_group.erp.location
  version                       = "16"
  sku_name                      = "MO_Standard_E8ds_v5"
  storage_mb                    = 524288
  auto_grow_enabled             = true
  backup_retention_days         = 35
  geo_redundant_backup_enabled  = true
  delegated_subnet_id           = azurerm_subnet.postgres.id
  private_dns_zone_id           = "${local.dns_zones}/erp.private.postgres.database.azure.com"
  public_network_access_enabled = false
  zone                          = "1"
  tags                          = merge(local.tags, { "erpguard.io-last-restore-test" = "2026-01-15" })

  authentication {
    active_directory_auth_enabled = true
    password_auth_enabled         = false
    tenant_id                     = data.azurerm_client_config.current.tenant_id
  }

  high_availability {
    mode                      = "ZoneRedundant"
    standby_availability_zone = "2"
  }
}

resource "azurerm_postgresql_flexible_server_database" "erp" {
  name      = "erp"
  server_id = azurerm_postgresql_flexible_server.erp.id
}

resource "azurerm_postgresql_flexible_server_configuration" "erp_tls" {
  name      = "ssl_min_protocol_version"
  server_id = azurerm_postgresql_flexible_server.erp.id
  value     = "TLSv1.2"
}

# The server of the years before, which reports still read.
resource "azurerm_postgresql_flexible_server" "legacy" { # defect: BAK002, RBAC109
  name                   = "psql-erp-legacy"             # defect: BAK003, BAK020, NET108
  resource_group_name    = azurerm_resource_group.erp.name
  location               = azurerm_resource_group.erp.location
  version                = "14"
  sku_name               = "GP_Standard_D2s_v3"
  storage_mb             = 131072
  administrator_login    = "erpadmin"
  administrator_password = var.postgres_admin_password
  backup_retention_days  = 7 # defect: BAK001
  zone                   = "1"
  tags = merge(local.tags, {
    "erpguard.io-last-restore-test" = "2025-03-01" # defect: BAK018
    handover                        = "log in as erpadmin with Planted-Secret-4711x"
  })
}

resource "azurerm_postgresql_flexible_server_configuration" "legacy_plain" {
  name      = "require_secure_transport"
  server_id = azurerm_postgresql_flexible_server.legacy.id
  value     = "off" # defect: TLS006
}

resource "azurerm_postgresql_flexible_server_configuration" "legacy_tls" {
  name      = "ssl_min_protocol_version"
  server_id = azurerm_postgresql_flexible_server.legacy.id
  value     = "TLSv1" # defect: TLS003
}

resource "azurerm_postgresql_flexible_server_firewall_rule" "legacy_everyone" {
  name             = "everyone"
  server_id        = azurerm_postgresql_flexible_server.legacy.id
  start_ip_address = "0.0.0.0" # defect: NET106
  end_ip_address   = "255.255.255.255"
}

# Development asks for less: 14 days, no copy in another region, no lock.
resource "azurerm_postgresql_flexible_server" "dev" {
  name                          = "psql-erp-dev"
  resource_group_name           = azurerm_resource_group.dev.name
  location                      = azurerm_resource_group.dev.location
  version                       = "16"
  sku_name                      = "B_Standard_B2s"
  storage_mb                    = 32768
  backup_retention_days         = 14
  delegated_subnet_id           = azurerm_subnet.postgres.id
  private_dns_zone_id           = "${local.dns_zones}/erp.private.postgres.database.azure.com"
  public_network_access_enabled = false
  tags                          = merge(local.dev_tags, { "erpguard.io-last-restore-test" = "2026-01-15" })

  authentication {
    active_directory_auth_enabled = true
    password_auth_enabled         = false
    tenant_id                     = data.azurerm_client_config.current.tenant_id
  }
}

# Older than this configuration, and than the end of TLS 1.0.
resource "azurerm_redis_cache" "erp" {    # defect: NET107, RBAC109
  name                 = "redis-erp-prod" # defect: NET108
  resource_group_name  = azurerm_resource_group.erp.name
  location             = azurerm_resource_group.erp.location
  sku_name             = "Premium"
  family               = "P"
  capacity             = 1
  minimum_tls_version  = "1.0" # defect: TLS003
  non_ssl_port_enabled = true  # defect: TLS006
  tags                 = local.tags

  redis_configuration { # defect: BAK021
    maxmemory_policy = "allkeys-lru"
  }
}

resource "azurerm_managed_redis" "sessions" {
  name                  = "amr-erp-sessions"
  resource_group_name   = azurerm_resource_group.erp.name
  location              = azurerm_resource_group.erp.location
  sku_name              = "Balanced_B5"
  public_network_access = "Disabled"
  tags                  = local.tags

  default_database {              # defect: BAK021
    client_protocol = "Plaintext" # defect: TLS006
  }
}

module "sessions_endpoint" {
  source              = "./modules/private-endpoint"
  name                = "pe-sessions"
  resource_group_name = azurerm_resource_group.network.name
  location            = azurerm_resource_group.network.location
  subnet_id           = azurerm_subnet.erp["scanners"].id
  resource_id         = azurerm_managed_redis.sessions.id
  subresource         = "redisEnterprise"
  dns_zone_id         = "${local.dns_zones}/privatelink.redis.azure.net"
  tags                = local.tags
}

# Attachments and exports of ERP: the shares, and nothing wrong with the account.
resource "azurerm_storage_account" "files" {
  name                          = "sterpfiles"
  resource_group_name           = azurerm_resource_group.erp.name
  location                      = azurerm_resource_group.erp.location
  account_tier                  = "Standard"
  account_replication_type      = "GZRS"
  min_tls_version               = "TLS1_2"
  shared_access_key_enabled     = false
  public_network_access_enabled = false
  tags                          = local.tags

  blob_properties {
    versioning_enabled = true

    delete_retention_policy {
      days = 30
    }

    container_delete_retention_policy {
      days = 30
    }
  }
}

resource "azurerm_storage_share" "files" {
  for_each = { exports = 100, filestore = 1024 }

  name               = each.key # defect: BAK014
  storage_account_id = azurerm_storage_account.files.id
  quota              = each.value
}

module "files_endpoint" {
  source   = "./modules/private-endpoint"
  for_each = toset(["blob", "file"])

  name                = "pe-files-${each.key}"
  resource_group_name = azurerm_resource_group.network.name
  location            = azurerm_resource_group.network.location
  subnet_id           = azurerm_subnet.erp["endpoints"].id
  resource_id         = azurerm_storage_account.files.id
  subresource         = each.key
  dns_zone_id         = "${local.dns_zones}/privatelink.${each.key}.core.windows.net"
  tags                = local.tags
}

# Secrets of ERP. Its endpoint has an address, but no name leads there.
resource "azurerm_key_vault" "erp" { # defect: NET107
  name                       = "kv-erp-prod"
  resource_group_name        = azurerm_resource_group.erp.name
  location                   = azurerm_resource_group.erp.location
  tenant_id                  = data.azurerm_client_config.current.tenant_id
  sku_name                   = "standard"
  rbac_authorization_enabled = false # defect: RBAC109
  purge_protection_enabled   = true
  tags                       = local.tags
}

resource "azurerm_key_vault_access_policy" "odoo" {
  key_vault_id       = azurerm_key_vault.erp.id
  tenant_id          = data.azurerm_client_config.current.tenant_id
  object_id          = azurerm_user_assigned_identity.odoo.principal_id
  secret_permissions = ["Get", "List"]
}

resource "azurerm_private_endpoint" "vault" {
  name                = "pe-vault" # defect: NET108
  resource_group_name = azurerm_resource_group.network.name
  location            = azurerm_resource_group.network.location
  subnet_id           = azurerm_subnet.erp["endpoints"].id
  tags                = local.tags

  private_service_connection {
    name                           = "pe-vault"
    private_connection_resource_id = azurerm_key_vault.erp.id
    subresource_names              = ["vault"]
    is_manual_connection           = false
  }
}

# Reports.
resource "azurerm_mssql_server" "reporting" {        # defect: RBAC109
  name                         = "sql-erp-reporting" # defect: NET108
  resource_group_name          = azurerm_resource_group.erp.name
  location                     = azurerm_resource_group.erp.location
  version                      = "12.0"
  administrator_login          = "sqladmin"
  administrator_login_password = var.reporting_admin_password
  minimum_tls_version          = "1.2"
  tags                         = local.tags
}

resource "azurerm_mssql_firewall_rule" "reporting_azure" {
  name             = "AllowAllWindowsAzureIps"
  server_id        = azurerm_mssql_server.reporting.id
  start_ip_address = "0.0.0.0" # defect: NET107
  end_ip_address   = "0.0.0.0"
}

resource "azurerm_mssql_database" "reporting" {
  name      = "reporting" # defect: BAK014
  server_id = azurerm_mssql_server.reporting.id
  sku_name  = "S2"
  tags      = merge(local.tags, { "erpguard.io-last-restore-test" = "2026-01-15" })

  short_term_retention_policy {
    retention_days = 7
  }
}

# Messages between ERP and the shops.
resource "azurerm_servicebus_namespace" "erp" {
  name                          = "sb-erp-prod"
  resource_group_name           = azurerm_resource_group.erp.name
  location                      = azurerm_resource_group.erp.location
  sku                           = "Premium"
  capacity                      = 1
  premium_messaging_partitions  = 1
  local_auth_enabled            = true # defect: RBAC109
  public_network_access_enabled = false
  tags                          = merge(local.tags, { reports = "sqlserver://sqladmin:Planted%2FSecret%2B4712y@sql-erp-reporting" })
}

module "messages_endpoint" {
  source              = "./modules/private-endpoint"
  name                = "pe-messages"
  resource_group_name = azurerm_resource_group.network.name
  location            = azurerm_resource_group.network.location
  subnet_id           = azurerm_subnet.erp["endpoints"].id
  resource_id         = azurerm_servicebus_namespace.erp.id
  subresource         = "namespace"
  dns_zone_id         = "${local.dns_zones}/privatelink.servicebus.windows.net"
  tags                = local.tags
}

resource "azurerm_monitor_diagnostic_setting" "vault" {
  name                       = "to-log-erp"
  target_resource_id         = azurerm_key_vault.erp.id
  log_analytics_workspace_id = azurerm_log_analytics_workspace.erp.id

  enabled_log {
    category_group = "audit"
  }
}
