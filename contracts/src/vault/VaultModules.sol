// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ITokenVault, ModuleState} from "../interfaces/ITokenVault.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

/// @title Who is a module, and whose money is whose
abstract contract VaultModules is ITokenVault {
    /// @dev One word: to know that the caller is a module costs nothing beside its ledger, which is needed anyway.
    struct Ledger {
        uint192 amount;
        uint40 activeFrom; // 0: no module
        bool retired;
    }

    address public immutable token;
    address public immutable governor;
    uint32 public immutable moduleDelayS;

    mapping(address account => uint256) public creditOf;
    uint256 public burned;
    mapping(address module => Ledger) private _ledgers;

    constructor(address token_, address governor_, uint32 moduleDelayS_) {
        if (token_ == address(0) || governor_ == address(0)) revert ZeroAddress();
        token = token_;
        governor = governor_;
        moduleDelayS = moduleDelayS_;
    }

    function ledgerOf(address module) external view returns (uint256) {
        return _ledgers[module].amount;
    }

    function moduleOf(address module) external view returns (ModuleState state, uint40 activeFrom) {
        Ledger memory ledger = _ledgers[module];
        if (ledger.retired) return (ModuleState.RETIRED, ledger.activeFrom);
        if (ledger.activeFrom == 0) return (ModuleState.NONE, 0);
        return (block.timestamp < ledger.activeFrom ? ModuleState.PENDING : ModuleState.ACTIVE, ledger.activeFrom);
    }

    function addModule(address module) external {
        _requireGovernor();
        _register(module, uint40(block.timestamp) + moduleDelayS);
    }

    function retireModule(address module) external {
        _requireGovernor();
        Ledger storage ledger = _ledgers[module];
        if (ledger.activeFrom == 0) revert NotModule(module);
        if (ledger.retired) revert ModuleIsRetired(module);
        ledger.retired = true;
        emit ModuleRetired(module);
    }

    /// @dev The first generation, in the constructor, needs no delay: nobody has money here yet.
    function _register(address module, uint40 activeFrom) internal {
        if (module == address(0)) revert ZeroAddress();
        if (_ledgers[module].activeFrom != 0) revert ModuleKnown(module);
        _ledgers[module].activeFrom = activeFrom;
        emit ModuleAdded(module, activeFrom);
    }

    /// @dev Money from outside: an ACTIVE module only. Its own credit is not from outside.
    function _addFrom(address account, uint256 amount) internal {
        Ledger memory ledger = _ledgers[msg.sender];
        if (ledger.retired && account != msg.sender) revert ModuleIsRetired(msg.sender);
        _requireStarted(msg.sender, ledger.activeFrom);
        ledger.amount += SafeCast.toUint192(amount);
        _ledgers[msg.sender] = ledger;
    }

    /// @dev What a module has may always go on its way, also after it retired: jobs end on the modules they began with.
    function _subtractLedger(uint256 amount) internal {
        Ledger memory ledger = _ledgers[msg.sender];
        _requireStarted(msg.sender, ledger.activeFrom);
        if (ledger.amount < amount) revert LedgerTooSmall(msg.sender, ledger.amount, amount);
        ledger.amount -= uint192(amount);
        _ledgers[msg.sender] = ledger;
    }

    function _addFromModule(address to, uint256 amount) internal {
        Ledger memory ledger = _ledgers[to];
        _requireStarted(to, ledger.activeFrom);
        ledger.amount += uint192(amount); // came from a ledger
        _ledgers[to] = ledger;
    }

    function _requireStarted(address module, uint40 activeFrom) private view {
        if (activeFrom == 0 || block.timestamp < activeFrom) revert NotModule(module);
    }

    function _requireGovernor() private view {
        if (msg.sender != governor) revert NotGovernor(msg.sender, governor);
    }
}
