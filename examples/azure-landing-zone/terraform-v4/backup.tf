# Copies: a store for dumps, vaults, policies, what is protected, and the locks.

resource "azurerm_storage_account" "backup" { # defect: NET107, RBAC109
  name                     = "sterpbackup"    # defect: NET108
  resource_group_name      = azurerm_resource_group.backup.name
  location                 = azurerm_resource_group.backup.location
  account_tier             = "Standard"
  account_replication_type = "LRS" # defect: BAK017
  tags                     = local.tags

  blob_properties {
    versioning_enabled = true

    delete_retention_policy {
      days = 7 # defect: BAK016
    }

    container_delete_retention_policy {
      days = 30
    }
  }
}

resource "azurerm_storage_container" "dumps" {
  name                  = "pg-dumps"
  storage_account_id    = azurerm_storage_account.backup.id
  container_access_type = "private"
}

resource "azurerm_storage_management_policy" "backup" {
  storage_account_id = azurerm_storage_account.backup.id

  rule {
    name    = "expire-dumps"
    enabled = true

    filters {
      blob_types   = ["blockBlob"]
      prefix_match = ["pg-dumps/"]
    }

    actions {
      base_blob {
        delete_after_days_since_modification_greater_than = 10 # defect: BAK015
      }
    }
  }
}

resource "azurerm_recovery_services_vault" "erp" {
  name                = "rsv-erp"
  resource_group_name = azurerm_resource_group.backup.name
  location            = azurerm_resource_group.backup.location
  sku                 = "Standard"
  storage_mode_type   = "LocallyRedundant" # defect: BAK012
  immutability        = "Unlocked"
  tags                = local.tags
}

# It kept thirty days until now.
resource "azurerm_backup_policy_vm" "daily" {
  name                = "bkpol-vm-daily"
  resource_group_name = azurerm_resource_group.backup.name
  recovery_vault_name = azurerm_recovery_services_vault.erp.name

  backup {
    frequency = "Daily"
    time      = "02:00"
  }

  retention_daily {
    count = 7 # defect: BAK013, BAK022
  }
}

resource "azurerm_backup_policy_file_share" "daily" {
  name                = "bkpol-share-daily"
  resource_group_name = azurerm_resource_group.backup.name
  recovery_vault_name = azurerm_recovery_services_vault.erp.name

  backup {
    frequency = "Daily"
    time      = "03:00"
  }

  retention_daily {
    count = 35
  }
}

resource "azurerm_backup_protected_vm" "edi" {
  resource_group_name = azurerm_resource_group.backup.name
  recovery_vault_name = azurerm_recovery_services_vault.erp.name
  source_vm_id        = azurerm_linux_virtual_machine.edi.id
  backup_policy_id    = azurerm_backup_policy_vm.daily.id
}

resource "azurerm_backup_container_storage_account" "files" {
  resource_group_name = azurerm_resource_group.backup.name
  recovery_vault_name = azurerm_recovery_services_vault.erp.name
  storage_account_id  = azurerm_storage_account.files.id
}

resource "azurerm_backup_protected_file_share" "filestore" {
  resource_group_name       = azurerm_resource_group.backup.name
  recovery_vault_name       = azurerm_recovery_services_vault.erp.name
  source_storage_account_id = azurerm_backup_container_storage_account.files.storage_account_id
  source_file_share_name    = azurerm_storage_share.files["filestore"].name
  backup_policy_id          = azurerm_backup_policy_file_share.daily.id
}

resource "azurerm_data_protection_backup_vault" "erp" { # defect: BAK011
  name                = "bvault-erp"
  resource_group_name = azurerm_resource_group.backup.name
  location            = azurerm_resource_group.backup.location
  datastore_type      = "VaultStore"
  redundancy          = "LocallyRedundant" # defect: BAK012
  soft_delete         = "Off"              # defect: BAK010
  tags                = local.tags

  identity {
    type = "SystemAssigned"
  }
}

resource "azurerm_data_protection_backup_policy_postgresql_flexible_server" "weekly" {
  name                            = "bkpol-psql-weekly"
  vault_id                        = azurerm_data_protection_backup_vault.erp.id
  backup_repeating_time_intervals = ["R/2025-01-05T01:00:00+00:00/P1W"]
  time_zone                       = "UTC"

  default_retention_rule {
    life_cycle {
      duration        = "P12M"
      data_store_type = "VaultStore"
    }
  }
}

resource "azurerm_data_protection_backup_instance_postgresql_flexible_server" "erp" {
  name             = "bki-psql-erp-prod"
  vault_id         = azurerm_data_protection_backup_vault.erp.id
  location         = azurerm_data_protection_backup_vault.erp.location
  server_id        = azurerm_postgresql_flexible_server.erp.id
  backup_policy_id = azurerm_data_protection_backup_policy_postgresql_flexible_server.weekly.id
}

resource "azurerm_data_protection_backup_policy_disk" "daily" {
  name                            = "bkpol-disk-daily"
  vault_id                        = azurerm_data_protection_backup_vault.erp.id
  backup_repeating_time_intervals = ["R/2025-01-01T04:00:00+00:00/P1D"]
  default_retention_duration      = "P7D" # defect: BAK013
  time_zone                       = "UTC"
}

resource "azurerm_data_protection_backup_instance_disk" "edi_archive" {
  name                         = "bki-disk-edi-archive"
  vault_id                     = azurerm_data_protection_backup_vault.erp.id
  location                     = azurerm_data_protection_backup_vault.erp.location
  disk_id                      = azurerm_managed_disk.edi_archive.id
  snapshot_resource_group_name = azurerm_resource_group.backup.name
  backup_policy_id             = azurerm_data_protection_backup_policy_disk.daily.id
}

# Locks. The one of the old PostgreSQL server goes away with this plan.
resource "azurerm_management_lock" "postgres" {
  name       = "keep"
  scope      = azurerm_postgresql_flexible_server.erp.id
  lock_level = "CanNotDelete"
  notes      = "The database of ERP."
}

resource "azurerm_management_lock" "reporting" {
  name       = "keep"
  scope      = azurerm_mssql_server.reporting.id
  lock_level = "CanNotDelete"
}

resource "azurerm_management_lock" "backup" {
  name       = "keep"
  scope      = azurerm_resource_group.backup.id
  lock_level = "CanNotDelete"
  notes      = "Copies are for the day when everything else is gone. Ask erpadmin, Planted-Secret-4711x."
}
