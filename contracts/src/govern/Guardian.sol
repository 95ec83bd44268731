// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IGuardian} from "../interfaces/IGuardian.sol";
import {IJobMarket} from "../interfaces/IJobMarket.sol";

/// @title Guardian: documented on its interface, IGuardian
contract Guardian is IGuardian {
    uint256 private constant MARKETS_MAX = 8;

    address public immutable governor;
    address public keeper;
    address[] private _markets;

    modifier onlyGovernor() {
        if (msg.sender != governor) revert NotGovernor(msg.sender, governor);
        _;
    }

    modifier onlyKeeper() {
        if (msg.sender != keeper) revert NotKeeper(msg.sender, keeper);
        _;
    }

    constructor(address governor_, address keeper_, address[] memory markets_) {
        if (governor_ == address(0)) revert ZeroAddress();
        governor = governor_;
        keeper = keeper_;
        emit KeeperChanged(keeper_);
        for (uint256 i = 0; i < markets_.length; ++i) {
            _add(markets_[i]);
        }
    }

    function markets() external view returns (address[] memory) {
        return _markets;
    }

    function isMarket(address market) public view returns (bool) {
        return _placeOf(market) < _markets.length;
    }

    function stop(address market) external onlyKeeper {
        if (!isMarket(market)) revert UnknownMarket(market);
        emit NewJobsStopped(market);
        IJobMarket(market).pauseNewJobs();
    }

    function stopAll() external onlyKeeper returns (uint256 stopped) {
        for (uint256 i = 0; i < _markets.length; ++i) {
            // A market that refuses, because it was paused too recently, keeps none of the others open.
            try IJobMarket(_markets[i]).pauseNewJobs() {
                emit NewJobsStopped(_markets[i]);
                ++stopped;
            } catch {} // solhint-disable-line no-empty-blocks
        }
    }

    function setKeeper(address keeper_) external onlyGovernor {
        if (keeper_ == keeper) revert NothingToChange(keeper_);
        keeper = keeper_;
        emit KeeperChanged(keeper_);
    }

    function setMarket(address market, bool known) external onlyGovernor {
        if (known) {
            _add(market);
        } else {
            uint256 place = _placeOf(market);
            if (place == _markets.length) revert NothingToChange(market);
            _markets[place] = _markets[_markets.length - 1];
            _markets.pop();
            emit MarketChanged(market, false);
        }
    }

    function _add(address market) private {
        if (market == address(0)) revert ZeroAddress();
        if (isMarket(market)) revert NothingToChange(market);
        if (_markets.length == MARKETS_MAX) revert TooManyMarkets(MARKETS_MAX + 1, MARKETS_MAX);
        _markets.push(market);
        emit MarketChanged(market, true);
    }

    function _placeOf(address market) private view returns (uint256 place) {
        uint256 count = _markets.length;
        while (place < count && _markets[place] != market) ++place;
    }
}
