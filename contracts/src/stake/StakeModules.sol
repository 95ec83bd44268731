// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {StakeRole} from "../interfaces/IStakeManager.sol";
import {StakeBook} from "./StakeBook.sol";

/// @title Who may lock, free and slash: the first market and settlement for ever, later ones by the governor
abstract contract StakeModules is StakeBook {
    struct Module {
        StakeRole role;
        uint40 activeFrom;
        bool retired;
    }

    mapping(address module => Module) private _modules;

    function moduleOf(address module) external view returns (StakeRole role, uint40 activeFrom, bool retired) {
        Module memory found = _modules[module];
        return (found.role, found.activeFrom, found.retired);
    }

    function addModule(address module, StakeRole role) external onlyGovernor {
        // Twice the delay, and so longer than any unbonding that is asked for today.
        _addModule(module, role, uint40(block.timestamp) + 2 * unbondingDelayS);
    }

    function retireModule(address module) external onlyGovernor {
        Module storage found = _modules[module];
        if (found.role == StakeRole.NONE || found.retired) revert NotMarketOrSettlement(module);
        found.retired = true;
        emit StakeModuleRetired(module);
    }

    function setUnbondingDelay(uint32 delayS) external onlyGovernor {
        if (delayS < unbondingDelayMinS || delayS > 2 * unbondingDelayMinS) {
            revert DelayOutOfRange(delayS, unbondingDelayMinS, 2 * unbondingDelayMinS);
        }
        unbondingDelayS = delayS;
        emit UnbondingDelaySet(delayS);
    }

    function _addModule(address module, StakeRole role, uint40 activeFrom) internal {
        if (module == address(0)) revert ZeroAddress();
        if (role == StakeRole.NONE || _modules[module].role != StakeRole.NONE) revert ModuleKnown(module);
        _modules[module] = Module(role, activeFrom, false);
        emit StakeModuleAdded(module, role, activeFrom);
    }

    function _requireMarket(bool locks) internal view {
        if (msg.sender == market) return;
        Module memory found = _modules[msg.sender];
        if (!_works(found, StakeRole.MARKET) || (locks && found.retired)) revert NotMarket(msg.sender, market);
    }

    function _requireSettlement() internal view {
        if (msg.sender == settlement) return;
        if (!_works(_modules[msg.sender], StakeRole.SETTLEMENT)) revert NotSettlement(msg.sender, settlement);
    }

    function _requireMarketOrSettlement() internal view {
        if (msg.sender == settlement || msg.sender == market) return;
        Module memory found = _modules[msg.sender];
        if (!_works(found, StakeRole.MARKET) && !_works(found, StakeRole.SETTLEMENT)) {
            revert NotMarketOrSettlement(msg.sender);
        }
    }

    /// @dev A retired module still frees and slashes what it locked.
    function _works(Module memory found, StakeRole role) private view returns (bool) {
        return found.role == role && block.timestamp >= found.activeFrom;
    }
}
