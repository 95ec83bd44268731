// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IOracleCommittee} from "../interfaces/IOracleCommittee.sol";
import {ITokenVault} from "../interfaces/ITokenVault.sol";
import {OracleBonds} from "./OracleBonds.sol";

/// @title Fees shared among oracles by the reports that they signed
abstract contract OraclePay is OracleBonds {
    /// @dev One epoch's keys, and the points that each is to be paid for.
    struct Share {
        uint64 epoch;
        address[] keys;
        uint64[] points;
    }

    uint40 private _paidAt;
    mapping(uint64 epoch => mapping(uint256 quarter => uint256)) private _paidPoints; // four lanes of 64 bits

    function payableFrom() public view returns (uint256) {
        return uint256(_paidAt) + PAY_PERIOD_S;
    }

    function paidPointsOf(uint64 epoch, uint256 index) public view returns (uint64) {
        return uint64(_paidPoints[epoch][index / 4] >> (64 * (index % 4)));
    }

    /// @dev At most eight epochs of at most 31 keys. Points of removed keys are marked as paid, and not paid.
    function pay() external {
        if (block.timestamp < payableFrom()) revert TooEarly(block.timestamp, payableFrom());
        _paidAt = uint40(block.timestamp);
        uint256 funds = ITokenVault(vault).creditOf(address(this));
        (Share[] memory shares, uint256 total) = _takeShares();
        if (total == 0 || funds < total) revert NothingToPay(funds, total);
        // Never more than the funds: every part is rounded down.
        ITokenVault(vault).takeCredit(address(this), _sum(shares, funds, total));
        for (uint256 i = 0; i < shares.length; ++i) {
            _payOut(shares[i], funds, total);
        }
    }

    function _payOut(Share memory share, uint256 funds, uint256 total) private {
        for (uint256 i = 0; i < share.keys.length; ++i) {
            uint256 amount = funds * share.points[i] / total;
            if (amount == 0) continue;
            address key = share.keys[i];
            address operator = _bonds[key].operator;
            if (operator == address(0)) operator = key; // an oracle without stake, where none is needed
            emit OraclePaid(share.epoch, key, operator, share.points[i], amount);
            ITokenVault(vault).giveCredit(operator, amount);
        }
    }

    function _takeShares() private returns (Share[] memory shares, uint256 total) {
        IOracleCommittee asked = IOracleCommittee(committee);
        uint64 oldest = asked.oldestEpoch();
        shares = new Share[](asked.currentEpoch() - oldest + 1);
        for (uint256 i = 0; i < shares.length; ++i) {
            uint64 epoch = oldest + uint64(i);
            (,, address[] memory keys,) = asked.committeeOf(epoch);
            shares[i] = Share(epoch, keys, asked.pointsOf(epoch));
            total += _takeEpoch(shares[i]);
        }
    }

    /// @dev Notes all points as paid and leaves in the share those that are.
    function _takeEpoch(Share memory share) private returns (uint256 total) {
        uint256 word = 0;
        for (uint256 i = 0; i < share.keys.length; ++i) {
            uint64 all = share.points[i];
            share.points[i] = _mayEarn(share.keys[i]) ? all - paidPointsOf(share.epoch, i) : 0;
            total += share.points[i];
            word |= uint256(all) << (64 * (i % 4));
            if (i % 4 == 3 || i == share.keys.length - 1) {
                if (word != 0) _paidPoints[share.epoch][i / 4] = word;
                word = 0;
            }
        }
    }

    function _mayEarn(address key) private view returns (bool) {
        return !_bonds[key].punished && !IOracleCommittee(committee).isRemoved(key);
    }

    function _sum(Share[] memory shares, uint256 funds, uint256 total) private pure returns (uint256 sum) {
        for (uint256 i = 0; i < shares.length; ++i) {
            for (uint256 j = 0; j < shares[i].points.length; ++j) {
                sum += funds * shares[i].points[j] / total;
            }
        }
    }
}
